# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - the kernels of Debian 12, image and headers, as shipped."""

import glob
import os
import re

from . import apt, cache, shell, status
from .kernels import Kernel, load
from .talk import TALK

# The packages without content that always name the newest version.
NEWEST = {"6.1": "amd64", "6.12": "6.12-amd64", "6.12-rt": "6.12-rt-amd64"}


def current(name):
    """The directory a warm run looks at: the link with that name."""
    return name


def packages(source, name):
    """The packages of the newest image and all its headers."""
    flavour = NEWEST[name]
    image = first(source.depends(f"linux-image-{flavour}"), r"linux-image-\d")
    headers = first(source.depends(f"linux-headers-{flavour}"),
                    r"linux-headers-\d")
    if not image or not headers:
        raise status.Failure(
            status.NO_KERNEL, f"apt knows no linux-image-{flavour}; the kernel "
            f"{name} comes from Debian 12 (bookworm, with bookworm-security)")
    more = [package for package in source.depends(headers)
            if re.match(r"linux-(headers-.*-common|kbuild-)", package)]
    return [image, headers, *more]


def first(names, pattern):
    """The first name that begins like the pattern."""
    return next((name for name in names if re.match(pattern, name)), None)


def make(name):
    """Download and unpack; returns the key of the kernel's directory."""
    return apt.with_lists(lambda source: fetch(source, name))


def fetch(source, name):
    """Put the packages' content into the cache, if it is not there yet."""
    wanted = packages(source, name)
    release = wanted[0].removeprefix("linux-image-")
    final = cache.path("kernels", release)
    if load(final):
        return release
    TALK.say(f"downloading the kernel {release} (once)")
    with cache.staging("kernels") as work:
        for deb in source.download(wanted, work):
            apt.extract(deb, work)
            os.unlink(deb)
        settle(work, final, release)
        cache.publish(work, final)
    return release


def settle(work, final, release):
    """Make the unpacked files work where they are, and describe them."""
    for makefile in glob.glob(work + "/usr/src/linux-headers-*/Makefile"):
        repoint(makefile, final)
    shell.run(["depmod", "-b", work, release], "listing modules")
    Kernel(release=release, image=f"{final}/boot/vmlinuz-{release}",
           kdir=f"{final}/usr/src/linux-headers-{release}",
           moddir=f"{final}/lib/modules/{release}").save(work)
    if not os.path.exists(f"{work}/boot/vmlinuz-{release}"):
        raise status.Failure(status.NO_KERNEL,
                             f"the package of {release} holds no kernel")


def repoint(makefile, final):
    """Headers include their common part by its place on a real system."""
    with open(makefile, encoding="utf-8") as text:
        lines = text.read()
    with open(makefile, "w", encoding="utf-8") as out:
        out.write(re.sub(r"(?<![\w./])/usr/src/", final + "/usr/src/", lines))
