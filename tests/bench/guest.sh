#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - bench: guest.sh PROGRAMS FLOOR REPEATS: measure in the machine
#
# PROGRAMS is where the built programs are, FLOOR the module with the empty
# probes. What is measured comes back as $VM_OUT/raw.tsv: a line per watcher
# and operation. Each watcher starts the operations itself once it is attached,
# so nothing has to be waited for; syscount says when it is.
set -eu

programs=$1
floor=$2
repeats=$3
here=tests/bench
work=$(mktemp -d)
raw=$work/raw.tsv
hook=/sys/module/futexwatch/parameters/queue_hook

say() {
	echo "bench: $*" >&2
}

fail() {
	say "$*"
	exit 1
}

# ops LABEL [WATCHER...]: the operations, started by the watcher: $only, or all
ops() {
	local label=$1

	shift
	say "$label"
	# shellcheck disable=SC2086 # its words are operations
	"$@" "$programs/ops" -o "$raw" -r "$repeats" "$label" $only
}

# bpftrace wants its command as one word.
under_bpftrace() {
	bpftrace -o "$work/bpftrace.out" -c "$*" $here/latency.bt
	grep -q '^@ns' "$work/bpftrace.out" || fail "bpftrace saw nothing"
}

# What perf lost was cheaper than what it kept.
under_perf() {
	perf record -q -a -o "$work/perf.data" \
		-e syscalls:sys_enter_futex,syscalls:sys_exit_futex -- "$@"
	perf report -i "$work/perf.data" --stats >"$work/perf.out" 2>&1
	grep -q ' SAMPLE events' "$work/perf.out" || fail "perf saw nothing"
	! grep -q ' LOST' "$work/perf.out" || fail "perf lost events"
}

# counted PEER COLUMN CALLS: a peer that sums up has that many futex calls, or
# more, for each batch; they are in that column of its lines.
counted() {
	local calls

	calls=$(awk -v column="$2" '$1 == "futex" || $NF == "futex" {
			calls += $column
		} END { print calls + 0 }' "$work/$1.out")
	[ "$calls" -ge $(($3 * repeats)) ] ||
		fail "$1 saw $calls calls, $(($3 * repeats)) at least were made"
}

under_perf_trace() {
	perf trace -m 8192 -a -s -e futex -o "$work/trace.out" -- "$@"
	! grep -q 'LOST' "$work/trace.out" || fail "perf trace lost events"
	counted trace 2 480
}

# A table of all calls by time, of libbpf-tools; it runs until it is told.
under_syscount() {
	local syscount

	stdbuf -oL syscount -L -T 500 >"$work/syscount.out" &
	syscount=$!
	until grep -q '^Tracing' "$work/syscount.out"; do
		kill -0 $syscount || fail "syscount cannot trace"
		sleep 0.1
	done
	"$@"
	kill -INT $syscount
	wait $syscount
	counted syscount 2 480
}

# Of a round trip it would make another: who was woken is stopped, not asleep,
# when the next wake comes.
under_strace() {
	strace -f -c -o "$work/strace.out" "$@"
	counted strace 4 400
}

# More than 95 % of a second in SCHED_FIFO is no mistake here.
echo -1 >/proc/sys/kernel/sched_rt_runtime_us
say "clocksource $(cat /sys/devices/system/clocksource/clocksource0/current_clocksource), $(nproc) CPU, $(uname -r)"

only=
ops idle
ops table "$programs/session" table
ops stream "$programs/session" stream
ops stacks "$programs/session" stacks
ops other "$programs/session" other
ops light "$programs/session" light
# Stacks that are never taken; most waits passed over; without buckets, and with
# them by kprobes.
only="gauge wake eagain getppid roundtrip"
ops threshold "$programs/session" threshold
ops sampled "$programs/session" sampled
echo 2 >"$hook"
ops blind "$programs/session" blind
echo 1 >"$hook"
ops kprobes "$programs/session" table
echo 0 >"$hook"
only=
say scan
chrt --fifo 1 "$programs/scan" -o "$raw" -r "$repeats"
rmmod futexwatch
ops base
insmod "$floor"
ops floor
rmmod futexwatch_floor
ops perf under_perf
ops bpftrace under_bpftrace
# Those that answer less, with the calls that tell them apart.
only="gauge wake eagain getppid roundtrip"
ops trace under_perf_trace
ops syscount under_syscount
only="gauge wake eagain getppid"
ops strace under_strace
only=
ops again
cp "$raw" "$VM_OUT/raw.tsv"
