#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - tests of tools/bpftrace: is what a script printed right?

usage: maps.py ops FILE TABLE RUNS   calls by kind: RUNS has KIND PID lines
       maps.py lat FILE EXPECTED     waits on each word of prime_counts
       maps.py wake FILE EXPECTED    wakers of each wait of known_wakers
       maps.py buckets FILE N        what N words that differ found ahead
       maps.py same FILE N           what N waits on one word found ahead

FILE: the lines that a script has printed, maps as JSON; for buckets and same
the difference of the last two printings counts. FILE.skipped, where it is there:
how many runs the kernel skipped; so many events may be missing, but not one may
be too many. Says what differs, or how much agrees. Exit status: 0, 1.
"""

import json
import os
import sys


def printings(path):
    """What was printed each time, as name -> map; @total comes last of these."""
    done, now = [], {}
    for line in open(path, encoding="utf-8"):
        if not line.startswith("{"):
            continue
        item = json.loads(line)
        if item["type"] not in ("map", "hist", "stats"):
            continue
        now.update(item["data"])
        if "@total" in item["data"]:
            done.append(now)
            now = {}
    return done


def last(path):
    return printings(path)[-1]


def stored(total, *maps):
    """Each event is in a map: none was too full."""
    n = sum(v["count"] if isinstance(v, dict) else v
            for m in maps for v in m.values())
    return [] if n == total else [f"{total} events, {n} in maps"]


class Differences:
    """What is not as it should be; missing events may have been skipped."""

    def __init__(self, path):
        self.lines, self.missing, self.skipped = [], 0, 0
        self.too_many = False
        if os.path.exists(path + ".skipped"):
            self.skipped = int(open(path + ".skipped", encoding="ascii").read())

    def compare(self, what, is_now, want):
        if is_now != want:
            self.lines.append(f"{what}: {is_now}, not {want}")
        self.too_many |= is_now > want
        self.missing += max(0, want - is_now)

    def bad(self):
        if not self.too_many and self.missing <= self.skipped:
            return []
        return self.lines + [f"{self.skipped} runs were skipped"]


def fields(line):
    return dict(f.split("=", 1) for f in line.split() if "=" in f)


def ops(path, table, runs):
    maps = last(path)
    calls, again = maps.get("@calls", {}), maps.get("@restarts", {})
    seen = {}
    for which, m in (("", calls), ("again", again)):
        for key, n in m.items():
            _, pid, op, ret = key.rsplit(",", 3)
            key = (int(pid), which or op, int(ret))
            seen[key] = seen.get(key, 0) + n
    bad = stored(maps["@total"], calls, again)
    pids = dict(line.split() for line in open(runs, encoding="utf-8"))
    rows = [line.split() for line in open(table, encoding="utf-8")
            if not line.startswith("#")]
    differ = Differences(path)
    for kind, op, ret, n in rows:
        differ.compare(f"{kind}: {op} {ret}",
                       seen.get((int(pids[kind]), op, int(ret)), 0), int(n))
    return bad + differ.bad(), f"{len(rows)} kinds of calls agree"


def lat(path, expected):
    maps = last(path)
    slept, refused = maps.get("@slept", {}), maps.get("@refused", {})
    bad = stored(maps["@total"], slept, refused)
    seen = {}
    for m in slept, refused:
        for key, value in m.items():
            _, pid, word = key.rsplit(",", 2)
            key = (pid, int(word, 16))
            n = value["count"] if isinstance(value, dict) else value
            seen[key] = seen.get(key, 0) + n
    compared = 0
    differ = Differences(path)
    for line in open(expected, encoding="utf-8"):
        # A wait that is moved began on another word.
        if "requeue" in line.split()[1]:
            continue
        f = fields(line)
        compared += 1
        differ.compare(line.split()[0],
                       seen.get((f["pid"], int(f["address"], 16)), 0),
                       int(f["waits"]))
    return bad + differ.bad(), f"the waits on {compared} words agree"


def wake(path, expected):
    maps = last(path)
    seen, want = {}, {}
    bad = stored(maps["@total"], maps.get("@ended_by", {}))
    for line in open(expected, encoding="utf-8"):
        f = fields(line)
        word = int(f["address"], 16)
        key = (int(f["waker"]), int(f["tid"]), word)
        want.setdefault(word, {})
        if key[0] and f["outcome"] != "requeued":
            want[word][key] = want[word].get(key, 0) + int(f["count"])
    for key, n in maps.get("@ended_by", {}).items():
        waker, waiter, word = key.split(",")[:3]
        word = int(word, 16)
        key = (int(waker), int(waiter), word)
        if word in want:
            seen[key] = seen.get(key, 0) + n
    all_want = {k: n for w in want.values() for k, n in w.items()}
    differ = Differences(path)
    for key in sorted(seen.keys() | all_want.keys()):
        differ.compare("%d woke %d on 0x%x" % key,
                       seen.get(key, 0), all_want.get(key, 0))
    return bad + differ.bad(), f"{sum(all_want.values())} waits by {len(all_want)} pairs agree"


def difference(path):
    """Waits queued since; how many others they found ahead; strangers."""
    before, after = printings(path)[-2:]

    def ahead(maps):
        return {h["min"]: h["count"] for h in maps.get("@ahead", [])}

    old, new = ahead(before), ahead(after)
    since = {i: n - old.get(i, 0) for i, n in new.items()}
    strangers = (sum(after.get("@strangers", {}).values()) -
                 sum(before.get("@strangers", {}).values()))
    found = sum(i * n for i, n in since.items())
    return sum(since.values()), since, found, strangers


def misread(path):
    n = last(path).get("@misread", 0)
    return [f"{n} waiters were misread"] if n else []


def buckets(path, words):
    queued, since, found, strangers = difference(path)
    bad = misread(path)
    if queued != words:
        bad.append(f"{queued} waits were queued, not {words}")
    if found != strangers:
        bad.append(f"{found} were ahead, {strangers} of them strangers")
    # 256 buckets for each of two CPUs, or fewer.
    if strangers < words - 512:
        bad.append(f"{strangers} strangers: more buckets than there are")
    return bad, f"{words} words met {strangers} strangers"


def same(path, waits):
    _, _, found, strangers = difference(path)
    want = waits * (waits - 1) // 2
    bad = misread(path)
    if found - strangers != want:
        bad.append(f"{found - strangers} of the own word ahead, not {want}")
    return bad, f"{waits} waits on one word agree"


def main(what, *args):
    if what in ("buckets", "same"):
        args = (args[0], int(args[1]))
    bad, good = {"ops": ops, "lat": lat, "wake": wake, "buckets": buckets,
                 "same": same}[what](*args)
    print("\n".join(bad[:40]) if bad else good)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
