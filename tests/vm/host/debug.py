# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - the kernel that looks for faults, built from Debian's source.

No Debian kernel has KUnit, KASAN or lockdep. The small configuration beside
(debug.config) keeps the build to a quarter of an hour on two slow cores; it
is done once for each source version and configuration.
"""

import glob
import os
import re
import shutil

from . import agent, apt, cache, shell, status
from .kernels import Kernel, load
from .talk import TALK

FRAGMENT = os.path.join(os.path.dirname(agent.GUEST), "debug.config")
PACKAGE = "linux-source-6.12"
# Lines that make prints, for the percentage only.
EXPECTED_LINES = 2100
# What the build of a module needs of the tree; the rest is big.
KEEP = (".config", "Makefile", "Module.symvers", "System.map", "arch",
        "include", "kernel.json", "bzImage", "scripts", "tools", "vmlinux")
MEMORY_MB = 2048


def current(_name):
    """The link depends on the fragment: a changed one is built anew."""
    return "debug-" + cache.digest(agent.contents(FRAGMENT), str(KEEP))


def make(name):
    """Get the source and build; returns the key of the kernel's directory."""
    return apt.with_lists(lambda source: build(source, name))


def build(source, name):
    """Download, configure, compile, trim."""
    version = source.version(PACKAGE)
    if not version:
        raise status.Failure(
            status.NO_KERNEL, f"apt knows no {PACKAGE}; it comes from Debian "
            "12 (bookworm, with bookworm-security)")
    key = f"{current(name)}-{re.sub('[^A-Za-z0-9.+-]', '-', version)}"
    final = cache.path("kernels", key)
    if load(final):
        return key
    TALK.say(f"building the debug kernel from {PACKAGE} {version} (once, "
             "about ten minutes on two cores)")
    with cache.staging("kernels") as work:
        unpack(source, work)
        configure(work)
        log = work + "/build.log"
        shell.watched(["nice", "make", "-C", work, f"-j{os.cpu_count()}",
                       "bzImage", "modules"], "building the debug kernel", log,
                      Progress().words, env=clean_env(),
                      start_new_session=True)
        finish(work, final)
        cache.publish(work, final)
    return key


def clean_env():
    """The caller may be a make with variables that mean something else."""
    return {key: os.environ[key] for key in ("PATH", "HOME", "TMPDIR")
            if key in os.environ} | {"LC_ALL": "C"}


def unpack(source, work):
    """The package holds one tar file, which becomes the tree."""
    for deb in source.download([PACKAGE], work):
        apt.extract(deb, work + "/package")
        os.unlink(deb)
    tar, = glob.glob(work + "/package/usr/src/linux-source-*.tar.xz")
    shell.watched(["tar", "-C", work, "--strip-components=1", "-xf", tar],
                  "unpacking the kernel's source", work + "/tar.log")
    shutil.rmtree(work + "/package")


def configure(work):
    """tinyconfig plus the fragment; every line of it has to stick."""
    env = clean_env()
    shell.run(["make", "-s", "-C", work, "tinyconfig"], "tinyconfig", env=env)
    with open(work + "/.config", "ab") as config:
        config.write(agent.contents(FRAGMENT))
    shell.run(["make", "-s", "-C", work, "olddefconfig"], "olddefconfig",
              env=env)
    lost = unsatisfied(agent.contents(FRAGMENT).decode(),
                       agent.contents(work + "/.config").decode())
    if lost:
        raise status.Failure(
            status.HOST, f"the kernel's configuration did not take these "
            f"lines of {FRAGMENT}; something they depend on is missing:\n"
            + "\n".join(lost))


def unsatisfied(fragment, config):
    """The lines of the fragment that the configuration does not honour."""
    have = set(config.splitlines())
    on = {line.partition("=")[0] for line in have if line.startswith("CONFIG")}
    lost = []
    for line in fragment.splitlines():
        off = re.fullmatch(r"# (CONFIG_\w+) is not set", line)
        if (off and off.group(1) in on
                or line.startswith("CONFIG_") and line not in have):
            lost.append(line)
    return lost


class Progress:
    """Counts the lines of make."""

    def __init__(self):
        self.lines = 0

    def words(self, data):
        """How far it is."""
        self.lines += len(re.findall(rb"^  [A-Z]+ ", data, re.M))
        percent = min(99, 100 * self.lines // EXPECTED_LINES)
        return f"{percent} % ({self.lines} steps), "


def finish(work, final):
    """Keep what boots and what modules are built with."""
    os.rename(work + "/arch/x86/boot/bzImage", work + "/bzImage")
    shell.run(["strip", "-g", work + "/vmlinux"], "stripping vmlinux")
    for name in os.listdir(work):
        if name not in KEEP:
            remove(os.path.join(work, name))
    for name in os.listdir(work + "/arch"):
        if name != "x86":
            remove(os.path.join(work, "arch", name))
    for base, _, names in os.walk(work):
        for name in names:
            if name.endswith((".o", ".a", ".o.cmd")):
                os.unlink(os.path.join(base, name))
    release = agent.contents(work + "/include/config/kernel.release")
    Kernel(release=release.decode().strip(), image=final + "/bzImage",
           kdir=final, memory=MEMORY_MB).save(work)


def remove(path):
    """A file or a directory, whichever."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    else:
        os.unlink(path)
