#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - cli tests: what bucket_collision says, and what buckets shows

usage: collision.py SAID BUCKETS.JSON

Prints what is wrong, a line each. Exit status: 0 if nothing is.
"""
import json
import re
import sys


def said(path):
    """The size of the table; word and [(word, bucket), ...] by set."""
    sets = {}
    with open(path, encoding="utf-8") as file:
        text = file.read()
    size = int(re.search(r"^table .*, (\d+) buckets:", text, re.M)[1])
    for line in text.splitlines():
        at = re.match(r"(\w*) +(0x\w+) in bucket (\d+)", line)
        if at and at[1]:
            name = at[1]
            sets[name] = []
        if at:
            sets[name].append((at[2], int(at[3])))
    return size, "of all processes" in text, sets


def check(size, is_global, sets, seen):
    """Yields what is wrong."""
    kind = "global" if is_global else "private"
    shared, apart = sets["shared"], sets["apart"]
    sleepers = len(shared) - 1
    where, words, buckets = {}, {}, {}

    for table in seen["tables"]:
        for bucket in table["buckets"]:
            for word in bucket["words"]:
                if word["process"] == "bucket_collision":
                    where[word["address"]] = (table["table"], table["size"],
                                              bucket["index"])
                    words[word["address"]] = word
                    buckets[word["address"]] = bucket
    if sleepers < 2 or len(apart) != len(shared):
        yield f"{len(shared)} and {len(apart)} words"
    if len({bucket for _, bucket in shared}) != 1:
        yield "the shared words are in several buckets"
    if apart[0][1] in {bucket for _, bucket in shared + apart[1:]}:
        yield "a word that should be alone is not"
    for address, bucket in shared + apart:
        if where.get(address) != (kind, size, bucket):
            yield (f"{address} is in {where.get(address)}, "
                   f"not in {(kind, size, bucket)}")
    for name, strangers in (("shared", sleepers), ("apart", 0)):
        address = sets[name][0][0]
        word, bucket = words.get(address), buckets.get(address)
        if not word:
            continue
        woken = word["woken"]
        if woken < 10:
            yield f"{name}: only {woken} were woken"
        if word["strangers"] < strangers * woken:
            yield f"{name}: {word['strangers']} strangers, {woken} woken"
        if word["scanned"] < (1 + strangers) * woken:
            yield f"{name}: {word['scanned']} scanned, {woken} woken"
        if not strangers and word["strangers"] and not is_global:
            yield f"{name}: {word['strangers']} strangers"
        if strangers and bucket["peak"] <= sleepers:
            yield f"{name}: peak {bucket['peak']}"
        if strangers and bucket["collisions"] < woken - 1 + sleepers - 1:
            yield f"{name}: {bucket['collisions']} collisions"
    if not is_global and not any(table["advice_slots"]
                                 for table in seen["tables"]):
        yield "no advice"


def main():
    """Compares the two files."""
    with open(sys.argv[2], encoding="utf-8") as file:
        seen = json.loads(file.read().splitlines()[-1])
    if seen["events"]["dropped"]:
        sys.exit("events were lost")
    wrong = list(check(*said(sys.argv[1]), seen))
    print("\n".join(wrong), end="\n" if wrong else "")
    sys.exit(bool(wrong))


main()
