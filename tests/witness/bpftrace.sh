#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - witness: bpftrace beside futexwatch, in the very same run
. tests/witness/tap.sh

script=tests/bpftrace/count_calls.bt

# Some system calls of a task with a name that the script knows.
canary() {
	(
		printf canary >"/proc/$BASHPID/comm"
		read -r _ </proc/self/comm
	)
}

# bpftrace has compiled for long when its probes answer.
start_bpftrace() {
	bpftrace -B none $script >"$work/traced" 2>"$work/complaints" &
	bpftrace_pid=$!
	until [ "$(grep -c 'is here' "$work/traced")" -eq 2 ]; do
		if ! kill -0 "$bpftrace_pid"; then
			cat "$work/complaints"
			return 1
		fi
		sleep 0.2
		canary
	done
}

# Events it lost in its buffer, and runs of its programs that the kernel
# skipped (which older kernels do not count).
bpftrace_losses() {
	lost=$(awk '/^Lost/ { n += $2 } END { print n + 0 }' \
		"$work/traced" "$work/complaints")
	skipped=$(cat "$work/misses")
}

stop_bpftrace() {
	cat /proc/"$bpftrace_pid"/fdinfo/* 2>/dev/null |
		awk '/^recursion_misses:/ { n += $2 } END { print n + 0 }' \
			>"$work/misses"
	kill -INT "$bpftrace_pid"
	wait "$bpftrace_pid"
}

calls_agree() {
	awk -v program="$1" -f $here/calls.awk "$work/traced" \
		"$work/$1.counted"
}

# A witness that did not see everything is none.
compare() {
	local title="$1: bpftrace saw the calls that the records tell"

	if [ $((lost + skipped)) -ne 0 ]; then
		skip "$title" "bpftrace lost $lost and skipped $skipped events"
	else
		check "$title" calls_agree "$1"
	fi
}

run() {
	check "$1: the books of the session agree beside bpftrace" \
		count "$1" "$build/tests/$1"
	check "$1: the records are as expected beside bpftrace" \
		counts_agree "$1" records
}

if ! command -v bpftrace >/dev/null; then
	skip "bpftrace beside futexwatch" "there is no bpftrace"
	done_testing
	exit
fi
# Before bpftrace looks: it tries the program.
programs=()
for program in prime_counts prime_counts32; do
	if why=$(can_run "$program"); then
		programs+=("$program")
	else
		skip "$program beside bpftrace" "$why"
	fi
done
check "bpftrace sees system calls" start_bpftrace
for program in "${programs[@]}"; do
	run "$program"
done
stop_bpftrace
bpftrace_losses
echo "# bpftrace lost $lost events, the kernel skipped $skipped"
for program in "${programs[@]}"; do
	compare "$program"
done
done_testing
