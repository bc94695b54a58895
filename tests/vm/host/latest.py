# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - the newest kernel Debian has: trixie-backports.

Its headers want the compiler it was built with, so a trixie tree is kept in
the cache and the module is built in there. The guest still sees this host.
"""

import os
import re
import shutil
import subprocess

from . import apt, cache, shell, status, tree
from .kernels import Kernel
from .talk import TALK

SUITE = "trixie"
BACKPORTS = "trixie-backports"
KERNEL = "linux-image-amd64"
HEADERS = "linux-headers-amd64"


def current(name):
    """The directory a warm run looks at: the link with that name."""
    return name


def mirror():
    """Where this host gets Debian from."""
    done = subprocess.run(
        ["apt-get", "indextargets", "--format",
         "$(ORIGIN) $(CODENAME) $(REPO_URI)", "Created-By: Packages"],
        check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True)
    for line in done.stdout.splitlines():
        found = re.fullmatch(r"(?:Debian)? (\w*) (\S+)", line)
        if found and "security" not in found.group(2):
            return found.group(2)
    raise status.Failure(
        status.NO_KERNEL, "apt on this system names no Debian mirror; the "
        "kernel \"latest\" needs one for a trixie tree")


def proxy_env():
    """The environment, with the proxy that apt uses here."""
    done = subprocess.run(["apt-config", "shell", "P", "Acquire::http::Proxy"],
                          check=False, stdout=subprocess.PIPE, text=True)
    found = re.search(r"P='(.*)'", done.stdout)
    env = dict(os.environ, LC_ALL="C", DEBIAN_FRONTEND="noninteractive")
    if found:
        env["http_proxy"] = found.group(1)
    return env


def make(_name):
    """Make the tree with its kernel; returns the directory's key."""
    tree.need_root("making a trixie tree")
    TALK.say("making a trixie tree for the newest kernel (once, two minutes)")
    with cache.staging("kernels") as work:
        env = proxy_env()
        bootstrap(work, env)
        release = add_kernel(work, env)
        final = cache.path("kernels", f"{SUITE}-{release}")
        tidy(work)
        describe(work, final, release)
        cache.publish(work, final)
    return os.path.basename(final)


def step(argv, what, work, env):
    """One long step; without its result there is no kernel."""
    log = work + "/step.log"
    shell.watched(argv, what, log, code=status.NO_KERNEL, env=env,
                  start_new_session=True)
    os.unlink(log)


def bootstrap(work, env):
    """A minimal trixie with make; the headers bring their compiler."""
    site = mirror()
    step(tree.private(["debootstrap", "--variant=minbase",
                       "--include=make,binutils,ca-certificates", SUITE,
                       work, site]),
         "making a trixie tree", work, env)
    etc = work + "/etc/apt/"
    with open(etc + "sources.list", "a", encoding="ascii") as out:
        out.write(f"deb {site} {BACKPORTS} main\n")
    with open(etc + "apt.conf.d/newest", "w", encoding="ascii") as out:
        out.write(f'APT::Default-Release "{BACKPORTS}";\n')
    step(tree.inside(work, ["apt-get", "-q", "update"]),
         "reading trixie's lists", work, env)
    step(tree.inside(work, ["apt-get", "-qy", "install",
                            "--no-install-recommends", HEADERS]),
         "installing the headers and their compiler", work, env)


def add_kernel(work, env):
    """Unpack the kernel without running its scripts; returns its release."""
    names = depends(work, KERNEL)
    image = next((name for name in names
                  if re.match(r"linux-image-\d", name)), None)
    if not image:
        raise status.Failure(status.NO_KERNEL,
                             f"{BACKPORTS} has no {KERNEL}")
    parts = [image, *(name for name in depends(work, image)
                      if re.match(r"linux-(binary|modules)-\d", name))]
    step(tree.inside(work, ["sh", "-c", 'mkdir /debs; cd /debs; '
                            'apt-get -q -o APT::Sandbox::User=root download '
                            '"$@"', "sh", *parts]),
         "downloading " + image, work, env)
    for deb in os.listdir(work + "/debs"):
        apt.extract(f"{work}/debs/{deb}", work)
    return image.removeprefix("linux-image-")


def depends(work, package):
    """What a package of the tree depends on."""
    text = shell.run(tree.inside(work, ["apt-cache", "show", "--no-all-"
                                        "versions", package]),
                     f"asking trixie for {package}", status.NO_KERNEL)
    found = re.search(r"^Depends: (.*)$", text, re.M)
    return apt.names_in(found.group(1) if found else "")


def tidy(work):
    """What apt keeps is not needed any more."""
    for name in ("debs", "var/cache/apt", "var/lib/apt/lists"):
        shutil.rmtree(f"{work}/{name}", ignore_errors=True)


def describe(work, final, release):
    """The kernel's place on the host, the headers' place in the tree."""
    shell.run(["depmod", "-b", work, release], "listing modules")
    modules = f"usr/lib/modules/{release}"
    image = f"boot/vmlinuz-{release}"
    if not os.path.exists(f"{work}/{image}"):
        image = f"{modules}/vmlinuz"
    Kernel(release=release, image=f"{final}/{image}",
           kdir=f"/usr/src/linux-headers-{release}",
           moddir=f"{final}/{modules}", tree=final).save(work)
