# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - read the guest's kernel log and tell faults from talk.

Only what comes after the guest's ready mark counts: before it neither the
module nor the command was there.
"""

import re

from .talk import TALK

READY = "futexwatch-vm: ready"
END = "futexwatch-vm: end"
STAMP = re.compile(r"^\[ *\d+\.\d+\](\[ *[TC]\d+\])? ?")
PANIC = re.compile(r"Kernel panic - not syncing")
REPORT = re.compile("|".join((
    r"\bBUG: ",
    r"kernel BUG at ",
    r"\bWARNING: ",
    r"\bUBSAN: ",
    r"\bKASAN: ",
    r"\bODEBUG: ",
    r": [0-9a-f]{4} \[#\d+\]",
    r"^INFO: trying to register non-static key",
    r"^INFO: task .* blocked for more than",
    r"DEBUG_LOCKS_WARN_ON",
    r"RCU used illegally",
    r"suspicious RCU usage",
    r"^futexwatch-vm: kmemleak: unreferenced object",
)))
KEEP = 20000
AROUND = (5, 60)


class Console:
    """The log so far and what was found in it."""

    def __init__(self):
        self.lines = []
        self.ready = False
        self.end = False
        self.panic = False
        self.report = None
        self.first = None  # index of the line that tells the first fault
        self._rest = b""

    def feed(self, data):
        """Take what came over the serial line."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._line(line.decode("utf-8", "replace").rstrip("\r"))

    def _line(self, line):
        TALK.detail(line)
        if len(self.lines) < KEEP:
            self.lines.append(line)
        elif self.first is None:
            self.lines = self.lines[KEEP // 2:] + [line]
        text = STAMP.sub("", line)
        if PANIC.search(text):
            self.panic = True
            self._found()
        if text == READY:
            self.ready = True
        elif text == END:
            self.end = True
        elif self.ready and not self.report and REPORT.search(text):
            self.report = text
            self._found()

    def _found(self):
        if self.first is None:
            self.first = len(self.lines) - 1

    def excerpt(self, count=40):
        """The lines round the first fault, else the last ones."""
        if self.first is not None:
            lines = self.lines[max(0, self.first - AROUND[0]):
                               self.first + AROUND[1]]
        else:
            lines = self.lines[-count:]
        return "\n".join(lines)
