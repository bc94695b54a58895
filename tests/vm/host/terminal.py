# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - the host's terminal: raw while the guest's command has it."""

import contextlib
import os
import termios
import tty

from .talk import TALK


def wanted():
    """Is there a person: a terminal on both sides, and in the foreground?"""
    return os.isatty(0) and os.isatty(1) and in_front()


def in_front():
    """Does this process own the terminal now?"""
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False


def size():
    """Rows and columns, as far as known."""
    try:
        columns, rows = os.get_terminal_size(1)
    except OSError:
        return 24, 80
    return (rows, columns) if rows and columns else (24, 80)


@contextlib.contextmanager
def restored(active):
    """Whatever happens inside, the terminal is as before at the end."""
    if not active:
        yield
        return
    before = termios.tcgetattr(0)
    try:
        yield
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)
        TALK.raw = False


def make_raw():
    """Every key goes to the guest, Ctrl-C too."""
    tty.setraw(0, termios.TCSADRAIN)
    TALK.raw = True
