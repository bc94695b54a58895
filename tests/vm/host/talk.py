# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - what the runner says on stderr, so that stdout stays data."""

import os
import sys
import time


class Talk:
    """Short lines on stderr; a line that is redrawn when it is a terminal."""

    def __init__(self):
        self.quiet = False
        self.verbose = False
        self.raw = False
        self._drawn = False
        self._next = 0.0

    def _write(self, text):
        try:
            os.write(2, text.encode("utf-8", "replace"))
        except OSError:
            pass

    def _clear(self):
        if self._drawn:
            self._write("\r\x1b[K")
            self._drawn = False

    def always(self, text):
        """A line that -q does not silence: errors, logs."""
        self._clear()
        end = "\r\n" if self.raw else "\n"
        self._write(text.replace("\n", end) + end)

    def say(self, text):
        """A line that tells what happens."""
        if not self.quiet:
            self.always("vm: " + text)

    def detail(self, text):
        """A line for -v only."""
        if self.verbose:
            self.always("vm: " + text)

    def progress(self, text):
        """Redraw one line on a terminal; elsewhere say nothing."""
        if self.quiet or not sys.stderr.isatty():
            return
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + 0.2
        self._clear()
        self._write("vm: " + text)
        self._drawn = True

    def progress_end(self):
        """Wipe the redrawn line."""
        self._clear()


TALK = Talk()
