# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - does KVM really work here?

/dev/kvm may be there and still not carry a guest: QEMU may fail at once, or
the guest hang at boot. So a kernel is booted with it once, for a short time,
and the answer kept until the host boots again.
"""

import os
import select
import shutil
import subprocess
import time

from . import agent, cache, initramfs, qemu
from .talk import TALK

LIMIT_S = 15
READY = b"futexwatch-vm: ready"


def choose(kernel):
    """"kvm" or "tcg"."""
    program = shutil.which(qemu.PROGRAM)
    if not program or not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return "tcg"
    boot = agent.contents("/proc/sys/kernel/random/boot_id")
    key = cache.digest(boot, str(os.stat(program).st_mtime))
    verdict = cache.path("kvm", key)
    with cache.locked(cache.path("kvm", ".lock")):
        if not os.path.exists(verdict):
            TALK.say("trying KVM (once)")
            works = probe(kernel)
            cache.write_file(verdict, b"kvm" if works else b"tcg")
    return agent.contents(verdict).decode()


def probe(kernel):
    """Boot to the first line of the guest's init, under KVM."""
    archive, names = initramfs.base(kernel)
    pairs = [("probe", "1"), *(("load", name) for name in names)]
    initrd = initramfs.as_file(archive + initramfs.orders(pairs))
    argv = qemu.machine_options(kernel, qemu.Shape(accel="kvm"), initrd)
    try:
        job = qemu.start([*argv, "-serial", "stdio"], [initrd],
                         subprocess.PIPE, subprocess.DEVNULL)
    finally:
        os.close(initrd)
    try:
        return said_ready(job.stdout.fileno())
    finally:
        job.kill()
        job.wait()
        job.stdout.close()


def said_ready(fd):
    """Read until the mark, the end, or the limit."""
    seen = b""
    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        if not select.select([fd], [], [], 0.5)[0]:
            continue
        data = os.read(fd, 65536)
        seen += data
        if READY in seen:
            return True
        if not data:
            break
    return False
