#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - witness: a program that knows who ended which of its waits
. tests/witness/tap.sh

edges_agree() {
	awk -f $here/edges.awk "$work/$1.expected" "$work/$1.counted"
}

# witness PROGRAM
witness() {
	local why

	if ! why=$(can_run "$1"); then
		skip "$1" "$why"
		return
	fi
	check "$1: the books of the session agree" count "$1" \
		"$build/tests/$1"
	check "$1: not one wrong waker" edges_agree "$1"
}

witness known_wakers
[ -n "${WITNESS_QUICK-}" ] || witness known_wakers32
done_testing
