# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - tests/vm/run: arguments in, exit status out."""

import argparse
import os
import signal
import sys
import tempfile

from . import accel, boot, kernels, module, qemu, session, status
from .talk import TALK

DESCRIPTION = """Boot a Debian kernel in a virtual machine that sees the whole
file system of this one (writes stay inside), insert the futexwatch module,
run COMMAND in the current directory and end with its exit status."""

EPILOG = f"""exit status: the command's own (128 + N when signal N killed
it), or
{status.table()}

In the guest $VM_OUT is a directory whose files come back to --out DIR, or to
a new directory which is then named. Ctrl-C goes to the command; a second one,
or five seconds without an end, ends the machine. On a terminal all keys go to
the command, and Ctrl-] typed three times ends the machine.

examples:
  tests/vm/run -- futexwatch info
  tests/vm/run --kernel debug -- sh -c 'dmesg | tail'
  tests/vm/run --kernel latest --smp 4 --numa 2 -- numactl -H
"""


class Parser(argparse.ArgumentParser):
    """A parser whose errors have their own exit status."""

    def error(self, message):
        raise status.Failure(status.USAGE, f"{message} (see tests/vm/run -h)")


def positive(text):
    """A whole number above zero."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return number


def seconds(text):
    """A time above zero."""
    number = float(text)
    if not number > 0:
        raise argparse.ArgumentTypeError(f"{text} is not a positive time")
    return number


def parser():
    """The options, as the design fixes them."""
    made = Parser(prog="tests/vm/run", description=DESCRIPTION, epilog=EPILOG,
                  formatter_class=argparse.RawDescriptionHelpFormatter,
                  usage="tests/vm/run [options] -- COMMAND [ARG ...]",
                  allow_abbrev=False)
    add = made.add_argument
    add("--kernel", default="6.12", choices=list(kernels.SOURCES),
        help="which kernel to boot (6.12)")
    add("--smp", type=positive, metavar="N", help="number of CPUs (2)")
    add("--numa", type=positive, default=1, metavar="N",
        help="number of NUMA nodes (1)")
    add("--icount", action="store_true",
        help="count instructions: guest time is instructions, one CPU, TCG")
    add("--no-module", action="store_true",
        help="neither build nor insert the module")
    add("--timeout", type=seconds, metavar="SEC",
        help=f"end with status {status.TIMEOUT} SEC seconds after power-on")
    add("--out", metavar="DIR", help="where files of $VM_OUT go")
    add("--print-kdir", action="store_true",
        help="print where modules for the kernel are built, and boot nothing")
    add("--update", action="store_true",
        help="look for a newer kernel than the one in the cache")
    add("-q", "--quiet", action="store_true", help="no talk on stderr")
    add("-v", "--verbose", action="store_true",
        help="show the kernel's log on stderr as it comes")
    add("command", nargs="*", metavar="COMMAND", help=argparse.SUPPRESS)
    return made


def parse(argv):
    """Options before the first --, the command after it."""
    made = parser()
    at = argv.index("--") if "--" in argv else len(argv)
    options = made.parse_args(argv[:at])
    options.command += argv[at + 1:]
    if not options.command and not options.print_kdir:
        made.error("no command given")
    if options.icount and options.smp not in (None, 1):
        made.error("--icount works with --smp 1 only")
    options.smp = 1 if options.icount else options.smp or max(2, options.numa)
    if options.numa > options.smp:
        made.error(f"{options.numa} NUMA nodes need as many CPUs (--smp)")
    return options


def prepare(options):
    """Everything before power-on that may take long."""
    kernel = kernels.get(options.kernel, options.update)
    code = b"" if options.no_module else module.build(kernel)
    shape = qemu.Shape(smp=options.smp, numa=options.numa,
                       icount=options.icount,
                       debug=options.kernel == "debug")
    if not options.icount:
        shape.accel = accel.choose(kernel)
    return kernel, shape, code


def run_with_out(options, prepared):
    """Run with a directory for $VM_OUT, which is kept when it was used."""
    kernel, shape, code = prepared
    out = options.out
    if out:
        os.makedirs(out, exist_ok=True)
    else:
        out = tempfile.mkdtemp(prefix="futexwatch-out-")
    try:
        return boot.run(kernel, shape, options.command, code,
                        os.path.abspath(out), options.timeout)
    finally:
        if not options.out:
            keep(out)


def keep(out):
    """Name the directory, or remove it when nothing is in it."""
    try:
        os.rmdir(out)
    except OSError:
        TALK.always(f"vm: files of $VM_OUT are in {out}")


class Stopped(BaseException):
    """A signal came while something was downloaded or built."""


def on_signal(number, _frame):
    """Unwind, so that jobs are stopped and half-made files removed."""
    raise Stopped(number)


def main(argv):
    """The whole program; returns the exit status."""
    for number in session.FORWARDED:
        signal.signal(number, on_signal)
    try:
        options = parse(argv)
        TALK.quiet, TALK.verbose = options.quiet, options.verbose
        if options.print_kdir:
            print(kernels.get(options.kernel, options.update).kdir)
            return 0
        return run_with_out(options, prepare(options))
    except status.Failure as failure:
        TALK.progress_end()
        TALK.always(f"vm: {failure}")
        return failure.status
    except Stopped as stopped:
        TALK.progress_end()
        return 128 + int(stopped.args[0])
    except OSError as error:
        TALK.progress_end()
        TALK.always(f"vm: {error.filename or 'the host'}: {error.strerror}")
        return status.HOST


def entry():
    """For tests/vm/run."""
    sys.exit(main(sys.argv[1:]))
