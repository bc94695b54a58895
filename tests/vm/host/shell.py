# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - run a helper program of the host and say well what failed."""

import os
import shlex
import subprocess
import time

from . import status
from .talk import TALK


def run(argv, what, code=status.HOST, **kwargs):
    """Run to the end; on failure raise `what` with the program's last words."""
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              check=False, **kwargs)
    except FileNotFoundError as error:
        raise missing(argv[0], what) from error
    text = done.stdout.decode("utf-8", "replace")
    if done.returncode:
        raise status.Failure(code, f"{what} failed: {shlex.join(argv)} ended "
                             f"with status {done.returncode}\n{tail(text)}")
    return text


def missing(program, what):
    """The failure for a program that is not installed."""
    return status.Failure(
        status.HOST, f"{what} needs {program}, which is not installed; "
        "tests/install-packages installs what is missing")


def tail(text, lines=25):
    """The last lines of a text."""
    return "\n".join(text.rstrip().splitlines()[-lines:])


def watched(argv, what, log, count=None, code=status.HOST, **kwargs):
    """Run a long job with its output in a file and progress on a terminal.

    `count` makes the words of progress from the bytes that came last.
    """
    began = time.monotonic()
    words = ""
    try:
        with open(log, "wb") as out, open(log, "rb") as look:
            job = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out,
                                   stderr=subprocess.STDOUT, **kwargs)
            try:
                while job.poll() is None:
                    words = count(look.read()) if count else ""
                    spent = int(time.monotonic() - began)
                    TALK.progress(f"{what}: {words}{spent} s")
                    time.sleep(0.2)
            finally:
                stop(job)
    except FileNotFoundError as error:
        raise missing(argv[0], what) from error
    finally:
        TALK.progress_end()
    if job.returncode:
        with open(log, encoding="utf-8", errors="replace") as text:
            last = tail(text.read())
        raise status.Failure(code, f"{what} failed with status "
                             f"{job.returncode}; its last lines:\n{last}")


def stop(job):
    """End a job that still runs, with its children when it leads a group."""
    if job.poll() is not None:
        return
    try:
        if os.getpgid(job.pid) == job.pid:
            os.killpg(job.pid, 15)
        else:
            job.terminate()
        job.wait(10)
    except ProcessLookupError:
        pass
    except subprocess.TimeoutExpired:
        job.kill()
        job.wait()
