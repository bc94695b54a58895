#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - witness: strace counts what the programs say of themselves
#
# Not in one run with futexwatch, for strace interrupts waits: the program's
# own words are what both are held against (see counts.sh).
. tests/witness/tap.sh

# witness PROGRAM [ARG...]
witness() {
	local title

	title="$(basename "$1")${2+ $2}: strace agrees"
	if ! command -v strace >/dev/null; then
		skip "$title" "there is no strace"
	elif [ ! -x "$1" ]; then
		skip "$title" "it is not built"
	else
		check "$title" tests/programs/check_strace.sh "$@"
	fi
}

witness "$build/tests/prime_counts"
witness "$build/tests/prime_counts32"
witness "$build/tests/die_waiting"
done_testing
