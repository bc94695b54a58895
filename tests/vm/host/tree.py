# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - run programs inside another Debian's tree.

All mounts are made in a name space of their own and go with the process, so
none is ever left on the host, however a run ends.
"""

import os

from . import status

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                      "in-tree.sh")


def need_root(what):
    """chroot and mount are for root."""
    if os.geteuid():
        raise status.Failure(status.NO_KERNEL, f"{what} needs root: run "
                             "tests/vm/run --kernel latest as root")


def private(argv):
    """A command line in a mount name space of its own."""
    return ["unshare", "--mount", "--propagation", "private", *argv]


def inside(tree, argv, bind=""):
    """A command line that runs in the tree; `bind` is seen at its own place."""
    need_root("entering another Debian's tree")
    return private([SCRIPT, tree, bind, *argv])
