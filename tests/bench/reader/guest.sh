#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - bench: guest.sh PROGRAMS TIMES: what record and top use
#
# Under -icount, on one CPU. $VM_OUT gets reader.tsv (name, value), a recording
# and perf's of the same traffic (all.data, perf.data).
set -eu

programs=$1
times=$2
work=$(mktemp -d)
raw=$VM_OUT/reader.tsv

fail() {
	echo "bench: $*" >&2
	exit 1
}

put() {
	printf '%s\t%s\n' "$1" "$2" >>"$raw"
}

# record NAME KIND TIMES: its events, bytes, and what it used
record() {
	echo "bench: record $1" >&2
	"$programs/spent" "$work/$1.spent" futexwatch record -q --strict \
		--ring 64M -o "$work/$1" -- "$programs/traffic" "$2" "$3" ||
		fail "record ends with $?"
	put "$1.events" "$("$programs/grow" "$work/$1" /dev/null 1 |
		cut -d ' ' -f 1)"
	put "$1.bytes" "$(stat -c %s "$work/$1")"
	put "$1.instr" "$(cut -d ' ' -f 1 "$work/$1.spent")"
}

# top NAME TABLES: what it used, and what the last table had
top() {
	"$programs/spent" "$work/$1.spent" futexwatch top -q --batch -n "$2" \
		-i 0.5 -o "$work/$1" || fail "top ends with $?"
	put "$1.instr" "$(cut -d ' ' -f 1 "$work/$1.spent")"
	put "$1.rows" "$(($(grep -c ' traffic ' "$work/$1") / $2))"
}

for kind in pingpong empty mutex; do
	record "$kind" "$kind" "$((times / 4))"
done
record short all "$((times / 4))"
record long all "$times"
cp "$work/long" "$VM_OUT/long.data"
perf record -q -o "$VM_OUT/perf.data" \
	-e syscalls:sys_enter_futex,syscalls:sys_exit_futex \
	-m 64M -- "$programs/traffic" all "$times"

echo "bench: top" >&2
"$programs/traffic" words 0 &
traffic=$!
top few 2
top many 12
kill $traffic
