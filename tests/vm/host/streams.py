# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - bytes between the runner's descriptors and the guest's ports.

Nothing here blocks: a slow reader on the host makes the guest's command wait,
as it would on a pipe, while signals and the clock go on being served.
"""

import os
import select

CHUNK = 4096  # PIPE_BUF: a pipe that polls writable takes that much at once
HIGH = 65536


class Output:
    """From a port to stdout or stderr."""

    def __init__(self, name, port, fd):
        self.name = name
        self.port = port
        self.fd = fd
        self.seen = 0
        self.queue = bytearray()
        self.broken = False
        self.open = True

    def wishes(self):
        """The descriptors to poll."""
        wishes = []
        if self.open and len(self.queue) < HIGH:
            wishes.append((self.port.fileno(), select.POLLIN))
        if self.queue:
            wishes.append((self.fd, select.POLLOUT))
        return wishes

    def pull(self):
        """Take what the guest wrote."""
        try:
            data = self.port.recv(HIGH)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self.open = bool(data)
        self.seen += len(data)
        if not self.broken:
            self.queue += data

    def push(self):
        """Give on what fits; True when the reader is gone just now."""
        try:
            written = os.write(self.fd, self.queue[:CHUNK])
        except BlockingIOError:
            return False
        except OSError:
            self.queue.clear()
            self.broken = True
            return True
        del self.queue[:written]
        return False


class Input:
    """From stdin to a port; ends with a count, for a port has no end."""

    def __init__(self, port, fd=0):
        self.port = port
        self.fd = fd
        self.sent = 0
        self.queue = b""
        self.end = False
        self.told = False

    def wishes(self):
        """The descriptors to poll."""
        if self.queue:
            return [(self.port.fileno(), select.POLLOUT)]
        return [] if self.end else [(self.fd, select.POLLIN)]

    def pull(self):
        """Read stdin; a terminal that is not ours gives EIO and ends."""
        try:
            self.queue = os.read(self.fd, 32768)
        except BlockingIOError:
            return
        except OSError:
            self.queue = b""
        self.end = not self.queue

    def push(self):
        """Send on to the guest."""
        try:
            written = self.port.send(self.queue)
        except BlockingIOError:
            return
        except OSError:
            self.queue = b""
            self.end = True
            return
        self.sent += written
        self.queue = self.queue[written:]

    def finished(self):
        """True once, when the end has to be told."""
        if self.end and not self.queue and not self.told:
            self.told = True
            return True
        return False
