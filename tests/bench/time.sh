#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - bench: time.sh PROGRAMS FLOOR REPEATS: cycles, not instructions
#
# As guest.sh, with the operations and watchers that matter most, where the
# machine runs on the host's own CPUs. $VM_OUT/time.tsv has the same columns, and
# a line for the clock: how many of its ticks are a microsecond.
set -eu

programs=$1
floor=$2
repeats=$3
raw=$(mktemp)

# ops LABEL [WATCHER...]
ops() {
	local label=$1

	shift
	echo "bench: time, $label" >&2
	"$@" "$programs/ops" -t -o "$raw" -r "$repeats" "$label" wake eagain \
		getppid roundtrip
}

echo -1 >/proc/sys/kernel/sched_rt_runtime_us
ops table "$programs/session" table
ops stream "$programs/session" stream
ops light "$programs/session" light
rmmod futexwatch
ops base
insmod "$floor"
ops floor
rmmod futexwatch_floor
ops perf perf record -q -a -o "$raw.perf" \
	-e syscalls:sys_enter_futex,syscalls:sys_exit_futex --
cp "$raw" "$VM_OUT/time.tsv"
