# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - from what was seen of a run to its exit status."""

import os

from . import status
from .talk import TALK

# Out-of-tree (O), unsigned (E), test (N): what a module under test brings.
ALLOWED_TAINT = 1 << 12 | 1 << 13 | 1 << 18
TAINT_LETTERS = "PFSRMBUDAWCIOELKXTNJ"


def letters(taint):
    """A taint value in the kernel's own letters."""
    known = [letter for bit, letter in enumerate(TAINT_LETTERS)
             if taint >> bit & 1]
    return "".join(known) or hex(taint)


def verdict(session, timeout):
    """(status, sentence): the worst that happened, or the command's own."""
    for check in (check_report, check_panic, check_end, check_insmod,
                  check_leaks, check_rmmod, check_taint):
        found = check(session, timeout)
        if found:
            return found
    return session.told.status, None


def check_report(session, _timeout):
    """A line in the log that no kernel prints when all is well."""
    if session.console.report:
        return status.REPORT, ("the kernel reported a fault: "
                               + session.console.report)
    return None


def check_panic(session, _timeout):
    """A panic, or a machine that went away for no known reason."""
    if session.console.panic:
        return status.PANIC, "the kernel panicked"
    if session.ended == "gone":
        return status.PANIC, "the machine was gone before it was done"
    return None


def check_end(session, timeout):
    """The runner itself put an end to it."""
    if session.ended == "timeout":
        return status.TIMEOUT, f"not done after {timeout:g} s (--timeout)"
    if session.ended == "hang":
        return status.HANG, "the guest does not answer any more"
    if session.ended.startswith("signal "):
        number = int(session.ended.split()[1])
        return 128 + number, f"ended by signal {number}"
    return None


def check_insmod(session, _timeout):
    """The kernel said no."""
    if session.told.insmod:
        return status.INSMOD, ("cannot insert futexwatch.ko: "
                               + os.strerror(session.told.insmod))
    return None


def check_leaks(session, _timeout):
    """kmemleak, which only the debug kernel has."""
    if session.told.leaks:
        return status.REPORT, (f"kmemleak found {session.told.leaks} object(s)"
                               " that the module lost")
    return None


def check_rmmod(session, _timeout):
    """All other processes are dead by now: nobody may hold it."""
    if session.told.rmmod:
        return status.RMMOD, ("cannot remove the module after the command: "
                              + os.strerror(session.told.rmmod))
    return None


def check_taint(session, _timeout):
    """What was there before the module and the command is not theirs."""
    before, after = session.told.taint
    extra = after & ~before & ~ALLOWED_TAINT
    if extra:
        return status.TAINT, f"the kernel is tainted: {letters(extra)}"
    return None


def report(session, code, sentence):
    """Say what is wrong and show the kernel's log."""
    if session.ended.startswith("signal "):
        TALK.say(sentence)
        return
    own = session.told.status
    if own:
        TALK.always(f"vm: the command itself ended with status {own}")
    TALK.always(f"vm: {sentence} (status {code}); the kernel log:\n"
                + session.console.excerpt())
