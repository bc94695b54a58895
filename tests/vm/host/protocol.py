# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - the lines between the runner and the guest's process 1.

To the guest: ping; signal N; winsize ROWS COLS; eof BYTES; close out|err;
blocked (show the blocked tasks in the log).
From the guest: ready CLOCKSOURCE; insmod ERRNO; pong; exit STATUS OUT ERR
(with the bytes written to either); busy WHAT; rmmod ERRNO; leaks N;
taint BEFORE AFTER; done.
"""

import dataclasses


@dataclasses.dataclass
class Told:
    """What the guest has said so far."""

    clock: str = ""
    ready: bool = False
    insmod: int = 0
    inserted: bool = False
    status: int | None = None
    sizes: tuple = (0, 0)
    rmmod: int = 0
    leaks: int = 0
    taint: tuple = (0, 0)
    done: bool = False


class Control:
    """The control port."""

    def __init__(self, port):
        self.port = port
        self.told = Told()
        self.heard = False
        self._rest = b""
        self._queue = b""

    def fileno(self):
        """For poll()."""
        return self.port.fileno()

    def send(self, line):
        """Send a line; the port holds far more than is ever under way."""
        self._queue += line.encode() + b"\n"
        try:
            written = self.port.send(self._queue)
        except OSError:
            return
        self._queue = self._queue[written:]

    def receive(self):
        """Read lines into `told`; False at the end."""
        try:
            data = self.port.recv(65536)
        except BlockingIOError:
            return True
        except OSError:
            return False
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self.heard = True
            self._take(line.decode("utf-8", "replace").split())
        return bool(data)

    def _take(self, words):
        told = self.told
        numbers = [int(word) for word in words[1:] if word.isdigit()]
        match words[:1]:
            case ["ready"]:
                told.ready, told.clock = True, words[1]
            case ["insmod"]:
                told.inserted, told.insmod = numbers[0] == 0, numbers[0]
            case ["exit"]:
                told.status, told.sizes = numbers[0], tuple(numbers[1:3])
            case ["rmmod"]:
                told.rmmod = numbers[0]
            case ["leaks"]:
                told.leaks = numbers[0]
            case ["taint"]:
                told.taint = tuple(numbers[:2])
            case ["done"]:
                told.done = True
