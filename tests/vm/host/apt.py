# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - ask apt for packages without installing or changing anything.

The system's package lists are used first. When they are missing or old, lists
of our own are fetched into the cache, which needs no root.
"""

import glob
import os
import re
import subprocess

from . import cache, shell, status
from .talk import TALK

COMMON = ["-o", "APT::Sandbox::User=root", "-o", "Debug::NoLocking=1",
          "-q"]


def own_lists():
    """Options that point apt at lists in the cache."""
    lists = cache.path("apt", "lists")
    store = cache.path("apt", "store")
    os.makedirs(os.path.join(lists, "partial"), exist_ok=True)
    os.makedirs(os.path.join(store, "archives", "partial"), exist_ok=True)
    return ["-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={store}"]


class Apt:
    """One view of the archive: the system's lists, or ours."""

    def __init__(self, options=()):
        self.options = [*COMMON, *options]

    def update(self):
        """Fetch the lists; a foreign source that fails is no obstacle."""
        TALK.say("fetching package lists")
        subprocess.run(["apt-get", *self.options, "update"], check=False,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def field(self, package, name):
        """One field of a package's record; empty when apt knows it not."""
        done = subprocess.run(
            ["apt-cache", *self.options, "show", "--no-all-versions", package],
            check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        found = re.search(rf"^{name}: (.*)$", done.stdout, re.M)
        return found.group(1) if found else ""

    def depends(self, package):
        """The names a package depends on, of alternatives the first."""
        return names_in(self.field(package, "Depends"))

    def version(self, package):
        """The version that would be downloaded."""
        return self.field(package, "Version")

    def download(self, packages, into):
        """Fetch packages as files; returns their paths."""
        shell.watched(["apt-get", *self.options, "download", *packages],
                      "downloading " + packages[0], into + "/apt.log",
                      code=status.NO_KERNEL, cwd=into)
        return sorted(glob.glob(into + "/*.deb"))


def names_in(depends):
    """The package names in a Depends field."""
    return re.findall(r"(?:^|, )([a-z0-9][a-z0-9.+-]*)", depends)


def with_lists(work):
    """Call work(apt) with the system's lists, then again with fresh ones."""
    try:
        return work(Apt())
    except status.Failure as first:
        TALK.detail(str(first))
    except FileNotFoundError as error:
        raise status.Failure(
            status.NO_KERNEL, "kernels come as Debian packages and this "
            "system has no apt") from error
    apt = Apt(own_lists())
    apt.update()
    try:
        return work(apt)
    except status.Failure as second:
        if second.status == status.NO_KERNEL:
            second.args = (f"{second} (is there a network?)",)
        raise


def extract(deb, into):
    """Unpack one package."""
    shell.run(["dpkg-deb", "-x", deb, into], "unpacking " + deb)
