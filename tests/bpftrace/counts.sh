#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - tests of tools/bpftrace: programs that know what they did
# shellcheck source=tests/witness/tap.sh
. tests/witness/tap.sh
# shellcheck source=tests/bpftrace/scripts.sh
. tests/bpftrace/scripts.sh

scripts="futexops futexlat futexwake futexbuckets"
maps=tests/bpftrace/maps.py

# Each kind as a process of its own; the kinds with children tell the child's.
run_kinds() {
	local kind

	for kind in $(awk '!/^#/ { print $1 }' tests/bpftrace/ops.txt | uniq); do
		"$build/tests/$1" --kind "$kind" >"$work/kind" || return
		echo "$kind $(sed -n '1s/.* pid=\([0-9]*\) .*/\1/p' "$work/kind")"
	done >"$work/$1.runs"
	[ -s "$work/$1.runs" ]
}

run_whole() {
	"$build/tests/$1" >"$work/$1.expected" && [ -s "$work/$1.expected" ]
}

# One wake for 13 waiters on one word, whose joins come after it.
beside_bucket() {
	ask futexbuckets && "$@" >"$work/beside" && ask futexbuckets
}

if ! command -v bpftrace >/dev/null; then
	skip "the scripts" "there is no bpftrace"
	done_testing
	exit
fi
programs=(prime_counts)
if why=$(can_run prime_counts32); then
	programs+=(prime_counts32)
else
	skip "prime_counts32" "$why"
fi
for script in $scripts; do
	check "$script.bt is attached" start_script "$script"
done
for program in "${programs[@]}"; do
	check "$program runs kind by kind" run_kinds "$program"
	check "$program runs" run_whole "$program"
done
check "known_wakers runs" run_whole known_wakers
check "many_words runs" beside_bucket "$build/tests/many_words" 5
check "futexbuckets.bt found strangers ahead" \
	$maps buckets "$work/futexbuckets" 640
check "prime_counts sleeps on one word" beside_bucket \
	"$build/tests/prime_counts" --kind wake_many
check "futexbuckets.bt found the own word ahead" \
	$maps same "$work/futexbuckets" 13
for script in $scripts; do
	check "$script.bt ends" stop_script "$script"
done
for program in "${programs[@]}"; do
	check "futexops.bt counted the calls of $program" $maps ops \
		"$work/futexops" tests/bpftrace/ops.txt "$work/$program.runs"
	check "futexlat.bt counted the waits of $program" $maps lat \
		"$work/futexlat" "$work/$program.expected"
done
check "futexwake.bt saw each waker of known_wakers" $maps wake \
	"$work/futexwake" "$work/known_wakers.expected"
done_testing
