#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: prime_counts' own count against the command's JSON
#
# usage: counts.py EXPECTED JSON [no-names]
"""Says nothing and exits 0 when every number and every name is right."""
import json
import sys


def value(lock, key):
    if lock is None:
        return 0
    if key.startswith("outcomes."):
        return lock["outcomes"][key[9:]]
    return lock[key]


def compare(line, locks, names):
    word, _, *fields = line.split()
    want = dict(field.split("=") for field in fields)
    lock = locks.get((int(want["pid"]), want["address"]))
    wrong = []
    for key, number in want.items():
        if key in ("pid", "address", "calls"):
            continue
        if value(lock, key) != int(number):
            wrong.append(f"{word} {key}: {value(lock, key)}, want {number}")
    # Debug information tells the first element of an array for the array.
    if names and lock and lock["name"] not in (word, word + "[0]"):
        wrong.append(f"{word} is called {lock['name']}")
    return wrong


def main():
    lines = [line for line in open(sys.argv[1]) if line.startswith("word_")]
    data = json.load(open(sys.argv[2]))
    locks = {(l["pid"], l["address"]): l for l in data["locks"]}
    wrong = [] if lines else ["prime_counts said nothing"]
    for line in lines:
        wrong += compare(line, locks, "no-names" not in sys.argv[3:])
    events = data["events"]
    if events["produced"] != events["delivered"] + events["dropped"]:
        wrong.append(f"the books do not add up: {events}")
    print("\n".join(wrong))
    return bool(wrong)


sys.exit(main())
