# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - the cache: what is downloaded or built is kept outside the tree.

An entry is a directory that appears whole, by rename, or not at all; whoever
makes one holds its lock, so that two runs never make the same thing twice.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile


def top():
    """The cache's own directory, made when it is missing."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    path = os.path.join(base, "futexwatch")
    os.makedirs(path, exist_ok=True)
    return path


def path(*parts):
    """A path in the cache; only its parent is made."""
    where = os.path.join(top(), *parts)
    os.makedirs(os.path.dirname(where), exist_ok=True)
    return where


def digest(*texts):
    """A short key for inputs given as text or bytes."""
    summed = hashlib.sha256()
    for text in texts:
        data = text if isinstance(text, bytes) else text.encode()
        summed.update(b"%d:" % len(data) + data)
    return summed.hexdigest()[:12]


@contextlib.contextmanager
def locked(where):
    """Hold an exclusive lock on a file beside what is being made."""
    os.makedirs(os.path.dirname(where), exist_ok=True)
    with open(where, "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def staging(kind):
    """A directory beside the entries of a kind, to be filled and published.

    What is left of it when the block ends was not finished, and goes.
    """
    work = tempfile.mkdtemp(prefix=".making-", dir=os.path.dirname(
        path(kind, "x")))
    os.chmod(work, 0o755)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def publish(work, final):
    """Let a finished directory appear under its name."""
    if os.path.isdir(final):
        shutil.rmtree(final)
    os.rename(work, final)


def write_file(where, data):
    """Replace a file in one step."""
    fd, work = tempfile.mkstemp(prefix=".making-", dir=os.path.dirname(where))
    try:
        with os.fdopen(fd, "wb") as out:
            out.write(data)
        os.rename(work, where)
    except BaseException:
        os.unlink(work)
        raise
