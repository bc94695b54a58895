# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - one boot: the loop that serves streams, signals and clocks."""

import os
import select
import signal
import time

from . import protocol, streams, terminal
from .console import Console

PING_S = 10
# How long a guest may say nothing: in use, and while it removes the module
# and looks for leaks, which keeps its process 1 busy.
SILENCE_S = 120
SILENCE_END_S = 300
BOOT_S = {"kvm": 60, "tcg": 240}
GRACE_S = 5
BLOCKED_S = 2
DRAIN_S = 10
FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ENDS_VM = b"\x1d\x1d\x1d"  # Ctrl-] three times in one go or one by one


class Session:
    """A machine under way. `ended` says why it is over, in one word."""

    def __init__(self, machine, shape, tty, timeout, on_ready):
        self.machine = machine
        self.shape = shape
        self.tty = tty
        self.on_ready = on_ready
        self.console = Console()
        self.control = protocol.Control(machine.ports["ctl"])
        self.input = streams.Input(machine.ports["in"])
        self.outputs = [streams.Output("out", machine.ports["out"], 1),
                        streams.Output("err", machine.ports["err"], 2)]
        self.signals = []
        self.ended = ""
        self._keys = b""
        self._alive = True
        self._silent = 0.0
        self._now = time.monotonic()
        self._ping = self._now + PING_S
        self._boot = self._now + BOOT_S[shape.accel]
        self._limit = self._now + timeout if timeout else None
        self._timed_out = None
        self._grace = None
        self._drain = None

    def run(self):
        """Serve until it is over."""
        wake, far = os.pipe()
        os.set_blocking(far, False)
        os.set_blocking(wake, False)
        before = catch(self._on_signal, far)
        try:
            while not self.ended:
                self._wait(wake)
                self._clocks()
        finally:
            release(before)
            os.close(wake)
            os.close(far)

    @property
    def told(self):
        """What the guest said."""
        return self.control.told

    def _on_signal(self, number, _frame):
        self.signals.append(number)

    def _wait(self, wake):
        """One round: poll, then serve whoever is ready."""
        serve = {wake: lambda _: drain(wake),
                 self.machine.console.fileno(): self._serve_console,
                 self.control.fileno(): self._serve_control}
        if not self._alive:
            serve.pop(self.machine.console.fileno())
            serve.pop(self.control.fileno())
        poll = select.poll()
        for fd in serve:
            poll.register(fd, select.POLLIN)
        for stream in self._streams():
            for fd, events in stream.wishes():
                poll.register(fd, events)
                serve[fd] = lambda got, one=stream: self._serve(one, got)
        for fd, got in poll.poll(200 if self._alive else 20):
            serve[fd](got)
        self._serve_signals()

    def _streams(self):
        """Input waits until the command is there, output is served always."""
        return ([self.input] if self._running() else []) + self.outputs

    def _running(self):
        return self.told.ready and self.told.status is None and self._alive

    def _serve_console(self, _got):
        try:
            data = self.machine.console.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self.console.feed(data)
        else:
            self._alive = False

    def _serve_control(self, _got):
        was_ready = self.told.ready
        if not self.control.receive():
            self._alive = False
        if self.control.heard:
            self.control.heard = False
            self._silent = 0.0
        if self.told.ready and not was_ready:
            self.on_ready(self.told)
            if self.tty:
                terminal.make_raw()
                self._tell_size()

    def _serve(self, stream, got):
        """Writable means push; all else, errors too, shows when pulling."""
        if stream.queue and got & (select.POLLOUT | select.POLLERR
                                   | select.POLLNVAL | select.POLLHUP):
            if stream.push():
                self.control.send("close " + stream.name)
        else:
            stream.pull()
        if stream is self.input:
            self._after_input()

    def _after_input(self):
        if self.input.finished():
            self.control.send("signal 1" if self.tty
                              else f"eof {self.input.sent}")
        if self.tty and self.input.queue:
            self._keys = (self._keys + self.input.queue)[-len(ENDS_VM):]
            if self._keys == ENDS_VM:
                self.signals += [signal.SIGINT] * 2

    def _tell_size(self):
        rows, columns = terminal.size()
        self.control.send(f"winsize {rows} {columns}")

    def _serve_signals(self):
        """The first goes to the guest, a second one ends the machine."""
        while self.signals:
            number = self.signals.pop(0)
            if number == signal.SIGWINCH:
                if self.tty and self._running():
                    self._tell_size()
            elif self._grace or not self.told.ready:
                self.ended = self.ended or f"signal {int(number)}"
            else:
                self.control.send(f"signal {int(number)}")
                self._grace = (self._now + GRACE_S, number)

    def _clocks(self):
        """Everything that happens because time passes."""
        now = time.monotonic()
        self._silent += min(now - self._now, 5)
        self._now = now
        if self.ended:
            return
        if not self._alive or self.told.done:
            self._finishing(now)
        elif self._timed_out:
            self.ended = "timeout" if now > self._timed_out else ""
        elif self._limit and now > self._limit:
            self.control.send("blocked")
            self._timed_out = now + BLOCKED_S
        elif not self.told.ready:
            self.ended = "no boot" if now > self._boot else ""
        elif self._grace and self._running() and now > self._grace[0]:
            self.ended = f"signal {int(self._grace[1])}"
        elif not self.shape.icount:
            self._heartbeat(now)

    def _heartbeat(self, now):
        limit = SILENCE_S if self._running() else SILENCE_END_S
        if self._silent > limit:
            self.ended = "hang"
        elif now > self._ping:
            self._ping = now + PING_S
            self.control.send("ping")

    def _finishing(self, now):
        """Wait until all that was sent has arrived, but not for ever.

        A reader who stops reading is waited for: no byte of his is lost.
        """
        if any(one.queue for one in self.outputs):
            self._drain = None
            return
        if self._drain is None:
            self._drain = now + DRAIN_S
        sizes = tuple(one.seen for one in self.outputs)
        whole = self.console.end and sizes == self.told.sizes
        gone = not self._alive and not any(one.open for one in self.outputs)
        if whole or gone or now > self._drain:
            self.ended = "done" if self.told.done else "gone"


def catch(handler, wakeup):
    """Take over the signals; returns what was there."""
    before = {number: signal.signal(number, handler)
              for number in (*FORWARDED, signal.SIGWINCH)}
    for number in (signal.SIGTTIN, signal.SIGTTOU, signal.SIGPIPE):
        before[number] = signal.signal(number, signal.SIG_IGN)
    signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
    return before


def release(before):
    """Give the signals back."""
    signal.set_wakeup_fd(-1)
    for number, handler in before.items():
        signal.signal(number, handler)


def drain(fd):
    """Empty the pipe that a signal wrote to."""
    try:
        os.read(fd, 512)
    except BlockingIOError:
        pass
