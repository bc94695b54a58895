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
	local name=$1 title

	shift
	title="$(basename "$1")${2+ $2}"
	if [ ! -x "$1" ]; then
		skip "$title" "it is not built"
		return
	fi
	check "$title: the books of the session agree" count "$name" "$@"
	check "$title: the table is as expected" counts_agree "$name" table
	check "$title: the records are as expected" counts_agree "$name" records
	check "$title: unknown calls are counted" unknown_calls "$name"
	check "$title: nothing was dropped" nothing_dropped "$name"
}

witness prime "$build/tests/prime_counts"
witness prime32 "$build/tests/prime_counts32"
witness die "$build/tests/die_waiting"
witness die32 "$build/tests/die_waiting32"
[ -n "${WITNESS_QUICK-}" ] || witness shared "$build/tests/prime_counts" --shared
done_testing
