# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - build the module for a kernel through the front Makefile."""

import os

from . import agent, cache, shell, status, tree
from .talk import TALK

REPO = os.path.abspath(os.path.join(agent.GUEST, "..", "..", ".."))


def path(kernel):
    """Where the module for a kernel lies after it was built."""
    return f"{REPO}/build/module/{kernel.release}/futexwatch.ko"


def build(kernel):
    """Build, and return the module's bytes as they are under the lock."""
    goal = ["make", "-s", f"-j{os.cpu_count()}", "-C", REPO, "module",
            f"KVER={kernel.release}", f"KDIR={kernel.kdir}"]
    if kernel.tree:
        goal = tree.inside(kernel.tree, goal, bind=REPO)
    lock = f"{REPO}/build/module/.lock-{kernel.release}"
    with cache.locked(lock):
        try:
            text = shell.run(goal, f"building the module for {kernel.release}",
                             status.NO_MODULE, env=build_env())
            if text.strip():
                TALK.detail(text.rstrip())
            return agent.contents(path(kernel))
        except OSError as error:
            raise status.Failure(
                status.NO_MODULE, f"make left no {path(kernel)}: "
                f"{error.strerror}") from error


def build_env():
    """The caller may be a make himself: his flags are not for us."""
    return {key: value for key, value in os.environ.items()
            if key not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES",
                           "O", "KVER", "KDIR")}
