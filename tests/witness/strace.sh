#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - witness: strace counts what the programs say of themselves
#
# Not in one run with futexwatch, for strace interrupts waits: the program's
# own words are what both are held against (see counts.sh).
. tests/witness/tap.sh

# witness PROGRAM
witness() {
	local why

	if ! command -v strace >/dev/null; then
		skip "$1: strace agrees" "there is no strace"
	elif ! why=$(can_run "$1"); then
		skip "$1: strace agrees" "$why"
	else
		check "$1: strace agrees" tests/programs/check_strace.sh \
			"$build/tests/$1"
	fi
}

witness prime_counts
witness die_waiting
done_testing
