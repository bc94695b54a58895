#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - bench: guest.sh PROGRAMS FLOOR REPEATS: measure in the machine
#
# PROGRAMS is where the built programs are, FLOOR the module with the empty
# probes. What is measured comes back as $VM_OUT/raw.tsv: a line per watcher
# and operation. Each watcher starts the operations itself once it is attached,
# so nothing has to be waited for.
set -eu

programs=$1
floor=$2
repeats=$3
here=tests/bench
work=$(mktemp -d)
raw=$work/raw.tsv

say() {
	echo "bench: $*" >&2
}

fail() {
	say "$*"
	exit 1
}

# ops LABEL [WATCHER...]: all operations, started by the watcher
ops() {
	local label=$1

	shift
	say "$label"
	"$@" "$programs/ops" -o "$raw" -r "$repeats" "$label"
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

# More than 95 % of a second in SCHED_FIFO is no mistake here.
echo -1 >/proc/sys/kernel/sched_rt_runtime_us
say "clocksource $(cat /sys/devices/system/clocksource/clocksource0/current_clocksource), $(nproc) CPU, $(uname -r)"

ops idle
ops table "$programs/session" table
ops stream "$programs/session" stream
ops stacks "$programs/session" stacks
ops other "$programs/session" other
ops light "$programs/session" light
say scan
chrt --fifo 1 "$programs/scan" -o "$raw" -r "$repeats"
rmmod futexwatch
ops base
insmod "$floor"
ops floor
rmmod futexwatch_floor
ops perf under_perf
ops bpftrace under_bpftrace
ops again
cp "$raw" "$VM_OUT/raw.tsv"
