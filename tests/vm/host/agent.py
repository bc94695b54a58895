# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - compile the guest's process 1, one static program."""

import glob
import os

from . import cache, shell

HERE = os.path.dirname(os.path.abspath(__file__))
GUEST = os.path.join(os.path.dirname(HERE), "guest")
FLAGS = ["-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-O2", "-static",
         "-s"]


def build():
    """The program's bytes and a key for them, from the cache when it is."""
    key = cache.digest(" ".join(FLAGS), *(contents(path) for path in sources()))
    final = cache.path("agent", key)
    if not os.path.exists(final):
        compile_to(final)
    return contents(final), key


def sources():
    """All files that take part."""
    return sorted(glob.glob(GUEST + "/*.[ch]"))


def contents(path):
    """A file's bytes."""
    with open(path, "rb") as data:
        return data.read()


def compile_to(final):
    """Compile beside the final place, then move it there."""
    work = f"{final}.{os.getpid()}"
    code = [path for path in sources() if path.endswith(".c")]
    try:
        shell.run(["gcc", *FLAGS, "-o", work, *code],
                  "compiling the guest's init")
        os.rename(work, final)
    finally:
        if os.path.exists(work):
            os.unlink(work)
