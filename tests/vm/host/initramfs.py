# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - the initramfs: the agent, the drivers it needs, its orders.

The part that depends on the kernel alone is kept in the cache; the orders of
one run are a second archive behind it, which the kernel unpacks as well.
"""

import lzma
import os
import subprocess

from . import agent, cache, status

DRIVERS = ("virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay")
ALIGN = 4


def pad(data):
    """Fill up to the archive's alignment."""
    return data + b"\0" * (-len(data) % ALIGN)


def entry(name, mode, data=b"", device=(0, 0)):
    """One file of a cpio archive in the "newc" format."""
    fields = (0, mode, 0, 0, 1, 0, len(data), 0, 0, *device,
              len(name) + 1, 0)
    head = "070701" + "".join(f"{field:08x}" for field in fields)
    return pad(head.encode() + name.encode() + b"\0") + pad(data)


def archive(entries):
    """A whole archive; 512 bytes aligned, so that another may follow."""
    data = b"".join(entries) + entry("TRAILER!!!", 0)
    return data + b"\0" * (-len(data) % 512)


def unpack(path):
    """A module's bytes as the kernel wants them."""
    data = agent.contents(path)
    if path.endswith(".xz"):
        return lzma.decompress(data)
    if path.endswith(".zst"):
        return subprocess.run(["zstd", "-dcq"], input=data, check=True,
                              stdout=subprocess.PIPE).stdout
    return data


def module_name(path):
    """The name a module goes by."""
    return os.path.basename(path).split(".ko")[0].replace("-", "_")


def read_deps(moddir):
    """modules.dep as {name: (path, [paths it needs])}."""
    deps = {}
    with open(moddir + "/modules.dep", encoding="ascii") as text:
        for line in text:
            path, _, needs = line.partition(":")
            deps[module_name(path)] = (path, needs.split())
    return deps


def load_order(moddir):
    """Paths of the drivers that are modules, each after what it needs."""
    deps = read_deps(moddir)
    order = []
    for name in DRIVERS:
        if name not in deps:
            continue
        path, needs = deps[name]
        for one in [*reversed(needs), path]:
            if one not in order:
                order.append(one)
    return order


def base(kernel):
    """The kernel's archive and the list of drivers to load, in order."""
    program, key = agent.build()
    order = load_order(kernel.moddir) if kernel.moddir else []
    names = ["/" + os.path.basename(path).split(".ko")[0] + ".ko"
             for path in order]
    key = cache.digest(key, *names)
    final = cache.path("initramfs", f"{kernel.release}-{key}")
    if not os.path.exists(final):
        cache.write_file(final, make_base(kernel, program, order, names))
    return agent.contents(final), names


def make_base(kernel, program, order, names):
    """Directories, the console, the agent and its drivers."""
    entries = [entry(name, 0o40755) for name in
               ("dev", "proc", "sys", "host", "rw", "root")]
    entries.append(entry("dev/console", 0o20600, device=(5, 1)))
    entries.append(entry("init", 0o100755, program))
    try:
        for path, name in zip(order, names):
            data = unpack(os.path.join(kernel.moddir, path))
            entries.append(entry(name[1:], 0o100644, data))
    except (OSError, lzma.LZMAError, subprocess.CalledProcessError) as error:
        raise status.Failure(
            status.HOST, f"cannot unpack the drivers of {kernel.release}: "
            f"{error}; remove {kernel.moddir} to fetch it again") from error
    return archive(entries)


def orders(pairs, module=b""):
    """The second archive: /conf, and the module when there is one."""
    conf = b"".join(key.encode() + b"=" + os.fsencode(value) + b"\0"
                    for key, value in pairs)
    entries = [entry("conf", 0o100600, conf)]
    if module:
        entries.append(entry("futexwatch.ko", 0o100600, module))
    return archive(entries)


def as_file(data):
    """A file without a name that QEMU can open as /dev/fd/N."""
    fd = os.memfd_create("initramfs", 0)
    with os.fdopen(os.dup(fd), "wb") as out:
        out.write(data)
    os.set_inheritable(fd, True)
    return fd
