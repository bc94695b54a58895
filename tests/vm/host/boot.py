# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - prepare a boot, and boot again what died too early.

QEMU's emulation rarely makes a guest oops before its init runs. Only such a
death, before the guest's ready mark, is worth another try.
"""

import os

from . import initramfs, judge, module, qemu, status, terminal
from .session import Session
from .talk import TALK

TRIES = 3
PATH = ("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
OWN = ("build", "build/examples", "build/tests")


def guest_env(kernel, tty):
    """A plain environment, the same for everybody."""
    own = ":".join(f"{module.REPO}/{part}" for part in OWN)
    env = {"PATH": f"{own}:{PATH}", "HOME": "/root", "USER": "root",
           "LOGNAME": "root", "SHELL": "/bin/sh", "LANG": "C.UTF-8",
           "VM_OUT": "/run/vm-out", "VM_MODULE": module.path(kernel)}
    if tty:
        env["TERM"] = os.environ.get("TERM") or "linux"
    return env


def orders(kernel, command, drivers, tty):
    """Everything the guest has to know, as pairs."""
    pairs = [("load", name) for name in drivers]
    pairs += [("arg", word) for word in command]
    pairs += [("env", f"{key}={value}")
              for key, value in guest_env(kernel, tty).items()]
    pairs.append(("cwd", os.getcwd()))
    if kernel.moddir:
        pairs.append(("moddir", kernel.moddir))
    if tty:
        rows, columns = terminal.size()
        pairs += [("tty", "1"), ("rows", str(rows)), ("cols", str(columns))]
        if os.isatty(2):
            pairs.append(("tty_err", "1"))
    return pairs


def run(kernel, shape, command, code, out, timeout):
    """Boot, serve, judge; `code` is the module's bytes or empty."""
    tty = terminal.wanted()
    archive, drivers = initramfs.base(kernel)
    pairs = orders(kernel, command, drivers, tty)
    if code:
        pairs.append(("module", "/futexwatch.ko"))
    data = archive + initramfs.orders(pairs, code)

    def on_ready(told):
        TALK.say(headline(kernel, shape, code, told))

    for attempt in range(1, TRIES + 1):
        session = once(kernel, shape, data, out, tty, timeout, on_ready)
        if session.told.ready or session.ended.startswith("signal "):
            break
        if session.ended == "timeout":
            break
        TALK.always(f"vm: the guest died before it was ready (try {attempt} "
                    f"of {TRIES}); its last lines:\n"
                    + session.console.excerpt(15))
    else:
        raise status.Failure(status.NO_BOOT, f"{kernel.release} did not come "
                             f"up in {TRIES} tries")
    result, sentence = judge.verdict(session, timeout)
    if sentence:
        judge.report(session, result, sentence)
    return result


def headline(kernel, shape, code, told):
    """Which kernel, on what, with what."""
    words = [kernel.release, shape.accel, f"smp {shape.smp}"]
    if shape.numa > 1:
        words.append(f"numa {shape.numa}")
    words.append("module futexwatch" if code else "no module")
    if shape.icount:
        words.append("icount")
    if shape.icount or TALK.verbose:
        words.append(f"clocksource {told.clock}")
    return " ".join(words)


def once(kernel, shape, data, out, tty, timeout, on_ready):
    """One machine from start to end."""
    initrd = initramfs.as_file(data)
    try:
        machine = qemu.Machine(kernel, shape, initrd, out)
    finally:
        os.close(initrd)
    try:
        with terminal.restored(tty):
            session = Session(machine, shape, tty, timeout, on_ready)
            session.run()
        if not session.console.lines and machine.process.poll():
            raise status.Failure(status.HOST, "QEMU does not run: "
                                 + machine.last_words())
        return session
    finally:
        machine.stop()
