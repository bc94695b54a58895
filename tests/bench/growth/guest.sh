#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - bench: guest.sh PROGRAMS instructions REPEATS | rates: growth
#
# instructions: under -icount, on one CPU, what a wake costs at more and more
# words, and a round trip beside more and more sleepers and sessions. rates: how
# many wakes a second as many processes make as there are CPUs, and before it
# what memory the module holds. $VM_OUT gets growth.tsv (watcher, what, value,
# ...).
set -eu

programs=$1
raw=$VM_OUT/growth.tsv

say() {
	echo "bench: $*" >&2
}

# watched K MODE COMMAND...: with so many sessions of that kind
watched() {
	local k=$1 mode=$2

	shift 2
	while [ "$k" -gt 0 ]; do
		set -- "$programs/session" "$mode" "$@"
		k=$((k - 1))
	done
	"$@"
}

instructions() {
	local n

	echo -1 >/proc/sys/kernel/sched_rt_runtime_us
	echo 512 >/sys/module/futexwatch/parameters/max_mb
	for n in 10 1000 100000; do
		say "$n words"
		watched 0 - "$programs/growth/many" -o "$raw" -r "$1" base words $n
		watched 1 large "$programs/growth/many" -o "$raw" -r "$1" \
			table words $n
	done
	for n in 1 100 1000 5000; do
		say "$n threads"
		watched 0 - "$programs/growth/many" -o "$raw" -r "$1" base \
			threads $n
		watched 1 large "$programs/growth/many" -o "$raw" -r "$1" \
			table threads $n
	done
	for n in 0 1 2 4 8 16; do
		say "$n sessions"
		watched $n table "$programs/ops" -o "$raw" -r "$1" "sessions.$n" \
			wake roundtrip
	done
}

# With the sizes that the command asks for by itself.
memory() {
	local measure=tests/bench/growth/memory.sh

	say "$(nproc) CPUs, memory"
	"$measure" "$raw" loaded
	futexwatch top -q --batch -o /dev/null -- "$measure" "$raw" top
	futexwatch top -q --light --batch -o /dev/null -- \
		"$measure" "$raw" light
	futexwatch record -q -o "$(mktemp)" -- "$measure" "$raw" record
}

rates() {
	local kind

	memory

	for kind in own same; do
		say "$(nproc) CPUs, $kind"
		watched 0 - "$programs/growth/rate" -o "$raw" base $kind "$(nproc)"
		watched 1 table "$programs/growth/rate" -o "$raw" table $kind \
			"$(nproc)"
	done
}

shift
"$@"
