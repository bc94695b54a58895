#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - witness: a program that knows its counts, the table, the records
. tests/witness/tap.sh

# calls that no kernel knows: counted as such, and on no word
unknown_calls() {
	local seen made

	seen=$(counter "$1" undecoded)
	made=$(awk '$2 == "bad_op" { sub(/^calls=/, "", $5); print $5 }' \
		"$work/$1.expected")
	echo "$seen undecoded calls, ${made:-0} made"
	[ "$seen" -eq "${made:-0}" ]
}

nothing_dropped() {
	echo "$(counter "$1" produced) records, $(counter "$1" dropped) dropped"
	[ "$(counter "$1" dropped)" -eq 0 ]
}

# witness NAME PROGRAM [ARG...]
witness() {
	local name=$1 title why

	shift
	title="$1${2+ $2}"
	if ! why=$(can_run "$1"); then
		skip "$title" "$why"
		return
	fi
	check "$title: the books of the session agree" \
		count "$name" "$build/tests/$1" "${@:2}"
	check "$title: the table is as expected" counts_agree "$name" table
	check "$title: the records are as expected" counts_agree "$name" records
	check "$title: unknown calls are counted" unknown_calls "$name"
	check "$title: nothing was dropped" nothing_dropped "$name"
}

witness prime prime_counts
witness prime32 prime_counts32
witness die die_waiting
witness die32 die_waiting32
[ -n "${WITNESS_QUICK-}" ] || witness shared prime_counts --shared
done_testing
