#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: what all_ops did against the lines of trace
#
# usage: ops.py json EXPECTED JSON
#        ops.py text EXPECTED TEXT LINES
#        ops.py strace JSON CALLS
"""Says nothing and exits 0 when each record, line or call is as it must be.

EXPECTED is what `all_ops --expect` prints, LINES the lines as people read them
(ops_lines.txt), CALLS what strace_calls.awk made of the output of strace -f."""
import collections
import errno
import itertools
import json
import re
import sys

OPS = ("WAIT WAKE FD REQUEUE CMP_REQUEUE WAKE_OP LOCK_PI UNLOCK_PI TRYLOCK_PI "
       "WAIT_BITSET WAKE_BITSET WAIT_REQUEUE_PI CMP_REQUEUE_PI LOCK_PI2").split()
CALLS = {
    "futex_waitv": "WAITV",
    # strace of Linux 6.1 has no names for the others.
    "syscall_0x1c6": "FUTEX2_WAKE", "futex_wake": "FUTEX2_WAKE",
    "syscall_0x1c7": "FUTEX2_WAIT", "futex_wait": "FUTEX2_WAIT",
    "syscall_0x1c8": "FUTEX2_REQUEUE", "futex_requeue": "FUTEX2_REQUEUE",
}
RESTART = {"ERESTARTSYS": -512, "ERESTARTNOINTR": -513}
# Wakes that nobody called for: strace cannot see them.
NO_CALL = ("EXIT", "ROBUST", "IO")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def parse(line):
    """A line of EXPECTED: the step, and the JSON that must be there."""
    step, *fields = line.split()
    want = dict(field.split("=") for field in fields)
    for key, value in want.items():
        if key in ("asleep", "restarted"):
            want[key] = value == "1"
        elif value.lstrip("-").isdigit():
            want[key] = int(value)
    want.setdefault("address2", None)
    want.setdefault("name2", None)
    want.setdefault("waker_tid" if want["type"] == "wait" else "wakee_tid",
                    None)
    return step, want


def expected(path):
    return [parse(line) for line in read(path) if " missing" not in line]


def says(record, want):
    return all(key in record and record[key] == value
               for key, value in want.items())


def check_json(expect_path, json_path):
    """Each expected record once, no other; and the steps one after another."""
    left = [json.loads(line) for line in read(json_path)]
    wrong, times = [], []
    for step, want in expected(expect_path):
        same = [r for r in left if says(r, want)]
        if len(same) != 1:
            near = [r for r in left if r["op"] == want["op"] and
                    r["tid"] == want["tid"] and
                    r["name"] == want.get("name", r["name"])]
            wrong.append(f"{step}: {len(same)} records are {want}; "
                         f"there are {near}")
            continue
        left.remove(same[0])
        times.append((step, same[0]["time_ns"]))
        if same[0].get("waker_tid") and not same[0]["waker_comm"]:
            wrong.append(f"{step}: the waker has no name")
    wrong += [f"nobody expects {record}" for record in left]
    # A step is over before the next one begins.
    by_time = [step for step, _ in sorted(times, key=lambda t: t[1])]
    if [step for step, _ in itertools.groupby(by_time)] != list(
            dict.fromkeys(step for step, _ in times)):
        wrong.append(f"the steps are in another order: {by_time}")
    return wrong


def plain(line):
    """A line without what differs from run to run: times and numbers."""
    line = re.sub(r"^\d\d:\d\d:\d\d\.\d{6}  ", "", line)
    line = re.sub(r" \(run delay [^)]*\)", "", line)
    line = re.sub(r"  b\d+$", "", line)
    line = re.sub(r"(?<=\S)/\d+", "", line)
    line = re.sub(r"\ball_ops32\b", "all_ops", line)
    line = re.sub(r"\bthread \d+", "thread N", line)
    line = re.sub(r"=0x8[0-9a-f]{7}\b", "=TID|WAITERS", line)
    line = re.sub(r" \d+(\.\d)?(ns|us|µs|ms|s) ", " TIME ", line)
    return re.sub(r" +", " ", line)


def numbers(line):
    """The threads that a line names: who, and who else is in it."""
    return tuple(int(n) for n in re.findall(r"(?:/|thread )(\d+)", line))


def check_text(expect_path, text_path, lines_path):
    lines = read(text_path)
    steps = {line.split()[0] for line in read(expect_path)
             if " missing" in line}
    want = collections.Counter()
    step = None
    for line in read(lines_path):
        if line.startswith("# step "):
            step = line.split()[2]
        elif line and line[0] != "#" and step not in steps:
            want[line] += 1
    got = collections.Counter(plain(line) for line in lines)
    wrong = [f"missing: {line}" for line in want - got]
    wrong += [f"nobody expects: {line}" for line in got - want]
    who = collections.Counter()
    for _, record in expected(expect_path):
        other = record.get("waker_tid") or record.get("wakee_tid")
        named = (record["tid"],)
        if record["cause"] == "exit":
            named += (record.get("waker_tid") or record["tid"],)
        who[named + ((other,) if other else ())] += 1
    named = collections.Counter(numbers(line) for line in lines)
    wrong += [f"no line names the threads {tids}" for tids in who - named]
    wrong += [f"a line names the threads {tids}" for tids in named - who]
    return wrong


def result(text):
    """Of a call, as the kernel's exit path sees it; None: it goes on."""
    value, name = (text.split() + [""])[:2]
    if name == "ERESTART_RESTARTBLOCK":
        return None
    if value == "?":
        return RESTART.get(name, RESTART["ERESTARTSYS"])
    return -getattr(errno, name) if value == "-1" else int(value, 0)


def strace_calls(path):
    """(operation, result) of each call, restart_syscall joined to its wait."""
    seen, suspended = collections.Counter(), {}
    for line in read(path):
        match = re.match(r"(\d+) (\w+)\((.*)\) += (.*)$", line)
        if not match:
            continue
        tid, call, args, ret = match.groups()
        if call in ("futex", "futex_time64"):
            op = OPS[int(args.split(", ")[1], 0) & 127]
        elif call in CALLS:
            op = CALLS[call]
        elif call == "restart_syscall" and tid in suspended:
            op = suspended.pop(tid)
        else:
            continue
        ret = result(ret)
        if ret is None:
            suspended[tid] = op
        else:
            seen[op, ret] += 1
    for op in suspended.values():
        seen[op, -516] += 1
    return seen


def traced_calls(path):
    """The same from records: some calls have several, at the same moment."""
    calls = set()
    for line in read(path):
        r = json.loads(line)
        if r["op"] not in NO_CALL and r.get("outcome") != "requeued":
            calls.add((r["op"], r["ret"], r["tid"], r["time_ns"]))
    return collections.Counter(call[:2] for call in calls)


def check_strace(json_path, calls_path):
    saw, traced = strace_calls(calls_path), traced_calls(json_path)
    if not saw:
        return ["strace saw no call"]
    return [f"{op} that returned {ret}: strace saw {saw[op, ret]}, "
            f"the trace has {traced[op, ret]}"
            for op, ret in sorted(set(saw) | set(traced))
            if saw[op, ret] != traced[op, ret]]


def main():
    check = {"json": check_json, "text": check_text, "strace": check_strace}
    wrong = check[sys.argv[1]](*sys.argv[2:])
    for line in wrong:
        print(line)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
