#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - witness: a busy program whose counts nobody knows before
#
# count_words itself compares the table with the records, word by word, and
# wants a waker for each wait that was woken.
. tests/witness/tap.sh

# Work takes long enough for each side to sleep at times.
busy() {
	local name=$1

	shift
	count "$name" "$build/examples/producer_consumer" --items 500 \
		--work-us 20 "$@" &&
		[ "$(counter "$name" audit_waits)" -gt 0 ]
}

all_explained() {
	echo "$(counter "$1" audit_edges) of $(counter "$1" audit_waits)" \
		"waits explained, $(counter "$1" produced) records," \
		"$(counter "$1" dropped) dropped"
	[ "$(counter "$1" audit_edges)" = "$(counter "$1" audit_waits)" ] &&
		[ "$(counter "$1" dropped)" -eq 0 ]
}

# witness NAME [OPTION...]
witness() {
	check "$1: the books agree" busy "$@"
	check "$1: every wait is explained" all_explained "$1"
}

witness threads
[ -n "${WITNESS_QUICK-}" ] || witness processes --processes
done_testing
