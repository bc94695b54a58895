# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - the machine: QEMU's command line and its process."""

import dataclasses
import os
import resource
import shutil
import socket
import subprocess
import tempfile

from . import shell

PROGRAM = "qemu-system-x86_64"
PORTS = ("ctl", "in", "out", "err")
APPEND = ("console=ttyS0 rdinit=/init loglevel=7 printk.devkmsg=on panic=-1 "
          "oops=panic nowatchdog workqueue.watchdog_thresh=0 "
          "rcupdate.rcu_cpu_stall_suppress=1 syscall.x32=y")
# With a steady clock, time is instructions and a clock read costs the same.
APPEND_ICOUNT = " tsc=reliable clocksource=tsc"
# The sanitized interpreter takes half a minute for one table of interrupts.
APPEND_DEBUG = " kasan_multi_shot acpi=noirq"


@dataclasses.dataclass
class Shape:
    """What the caller may choose of the machine."""

    accel: str = "tcg"
    smp: int = 2
    numa: int = 1
    icount: bool = False
    debug: bool = False


def accel_options(shape):
    """KVM when it was seen to work; else emulation, a thread per CPU."""
    if shape.icount:
        return ["-accel", "tcg", "-cpu", "max", "-icount", "shift=0,sleep=off"]
    if shape.accel == "kvm":
        return ["-accel", "kvm", "-cpu", "host"]
    return ["-accel", "tcg,thread=single", "-cpu", "max"]


def numa_options(shape, memory):
    """Memory and CPUs in equal parts."""
    if shape.numa == 1:
        return ["-m", str(memory)]
    part = memory // shape.numa
    options = ["-m", str(part * shape.numa)]
    for node in range(shape.numa):
        first = node * shape.smp // shape.numa
        last = (node + 1) * shape.smp // shape.numa - 1
        options += ["-object",
                    f"memory-backend-ram,id=ram{node},size={part}M", "-numa",
                    f"node,nodeid={node},cpus={first}-{last},memdev=ram{node}"]
    return options


def share(tag, path, *more):
    """A directory of the host as a 9p file system."""
    path = path.replace(",", ",,")
    options = ",".join(["local", f"id={tag}", f"path={path}",
                        "security_model=none", "multidevs=remap", *more])
    return ["-fsdev", options, "-device",
            f"virtio-9p-pci,fsdev={tag},mount_tag={tag}"]


def append(shape):
    """The kernel's command line."""
    return (APPEND + (APPEND_ICOUNT if shape.icount else "")
            + (APPEND_DEBUG if shape.debug else ""))


def machine_options(kernel, shape, initrd):
    """The part that a probe and a real run have in common."""
    return [PROGRAM, "-nodefaults", "-no-user-config", "-display", "none",
            "-no-reboot", "-machine", "pc", *accel_options(shape),
            "-smp", str(shape.smp), *numa_options(shape, kernel.memory),
            "-kernel", kernel.image, "-initrd", f"/dev/fd/{initrd}",
            "-append", append(shape)]


class Machine:
    """A QEMU process with a socket for the console and one for each port.

    The sockets are pairs made here and handed over, so there is no name that
    two runs could both use, and nothing to remove afterwards.
    """

    def __init__(self, kernel, shape, initrd, out):
        argv = machine_options(kernel, shape, initrd)
        self.console, far = socket.socketpair()
        argv += ["-chardev", f"socket,id=console,fd={far.fileno()}",
                 "-serial", "chardev:console",
                 "-device", "virtio-serial-pci"]
        given = [far]
        self.ports = {}
        for name in PORTS:
            self.ports[name], far = socket.socketpair()
            given.append(far)
            argv += ["-chardev", f"socket,id={name},fd={far.fileno()}",
                     "-device", f"virtserialport,chardev={name},name={name}"]
        argv += share("host", "/", "readonly=on") + share("out", out)
        self.words = tempfile.TemporaryFile()
        fds = [initrd, *(one.fileno() for one in given)]
        self.process = start(argv, fds, self.words, self.words)
        for one in given:
            one.close()
        for one in (self.console, *self.ports.values()):
            one.setblocking(False)

    def last_words(self):
        """What QEMU itself had to say."""
        self.words.seek(0)
        return self.words.read().decode("utf-8", "replace").strip()

    def stop(self):
        """End the machine; there is nothing in it that needs a farewell."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for one in (self.console, *self.ports.values(), self.words):
            one.close()


def start(argv, fds, stdout, stderr):
    """Start QEMU; it dies with this process, however that dies."""
    if shutil.which("setpriv"):
        argv = ["setpriv", "--pdeathsig", "KILL", *argv]
    if not shutil.which(PROGRAM):
        raise shell.missing(PROGRAM, "the virtual machine")
    return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=stdout,
                            stderr=stderr, pass_fds=fds, preexec_fn=settle)


def settle():
    """In the child: not in the terminal's group, and many open files."""
    os.setpgid(0, 0)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
