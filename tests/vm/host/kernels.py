# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - from the name given to --kernel to files in the cache.

Each kernel is a directory kernels/<key> with a kernel.json; the names are
symbolic links to them, so that a warm run reads two files and asks nobody.
"""

import dataclasses
import importlib
import json
import os

from . import cache, status
from .talk import TALK

LAYOUT = 1


@dataclasses.dataclass
class Kernel:
    """What it takes to boot a kernel and to build a module for it."""

    release: str
    image: str
    kdir: str
    moddir: str = ""
    tree: str = ""
    memory: int = 3072

    def save(self, into):
        """Write the description into a directory that is being made."""
        with open(into + "/kernel.json", "w", encoding="utf-8") as out:
            json.dump(dataclasses.asdict(self) | {"layout": LAYOUT}, out)


# name: the module of this package that gets it
SOURCES = {"6.1": "stock", "6.12": "stock", "6.12-rt": "stock",
           "latest": "latest", "debug": "debug"}


def load(where):
    """The kernel described in a directory, or None."""
    try:
        with open(where + "/kernel.json", encoding="utf-8") as text:
            fields = json.load(text)
    except (OSError, ValueError):
        return None
    if fields.pop("layout", None) != LAYOUT:
        return None
    kernel = Kernel(**fields)
    return kernel if os.path.exists(kernel.image) else None


def name_it(name, key):
    """Let a name stand for a key from now on."""
    link = cache.path("kernels", name)
    if os.path.islink(link) or os.path.exists(link):
        os.unlink(link)
    os.symlink(key, link)


def get(name, update=False):
    """The kernel of that name: from the cache, else downloaded or built."""
    source = importlib.import_module("." + SOURCES[name], __package__)
    with cache.locked(cache.path("kernels", f".lock-{name}")):
        known = load(cache.path("kernels", source.current(name)))
        if known and not update:
            return known
        try:
            key = source.make(name)
        except status.Failure as failure:
            if known and failure.status == status.NO_KERNEL:
                TALK.always(f"vm: {failure}; going on with {known.release}")
                return known
            raise
        name_it(source.current(name), key)
        made = load(cache.path("kernels", key))
    if not made:
        raise status.Failure(status.NO_KERNEL,
                             f"the kernel {name} is not in its package")
    return made
