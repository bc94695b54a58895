# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - the exit statuses of tests/vm/run, and how one is raised."""

USAGE = 110
NO_KERNEL = 111
NO_MODULE = 112
INSMOD = 113
RMMOD = 114
REPORT = 115
TAINT = 116
PANIC = 117
HANG = 118
NO_BOOT = 119
HOST = 109
TIMEOUT = 124

MEANINGS = {
    HOST: "something is wrong on the host (QEMU, a compiler, a file)",
    USAGE: "the command line was wrong",
    NO_KERNEL: "the kernel could not be had (no network, no package, no root)",
    NO_MODULE: "the module could not be built",
    INSMOD: "the kernel refused the module",
    RMMOD: "the module could not be removed after the command",
    REPORT: "the kernel reported a fault: BUG, WARNING, KASAN, UBSAN, lockdep,"
            " a leak",
    TAINT: "the kernel has a taint beyond out-of-tree, unsigned and test",
    PANIC: "the kernel panicked, or the machine was gone before the command",
    HANG: "the guest did not answer any more",
    NO_BOOT: "the guest never came up, not even when tried again",
    TIMEOUT: "--timeout expired",
}


class Failure(Exception):
    """A run that cannot go on: a sentence for stderr and an exit status."""

    def __init__(self, status, sentence):
        super().__init__(sentence)
        self.status = status


def table():
    """The statuses as text for --help."""
    lines = [f"  {code}  {text}" for code, text in sorted(MEANINGS.items())]
    return "\n".join(lines)
