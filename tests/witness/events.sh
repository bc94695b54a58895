#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - witness: the trace events, as tracefs, perf and bpftrace get them
#
# Programs that know their counts run with a session beside the listener, and
# without any: the events must tell what the program knows, and the very waits
# and wakers that the records tell.
. tests/witness/tap.sh

tracing=/sys/kernel/tracing

# in_form NAME LISTENER: the events in $work/NAME.LISTENER, counted
in_form() {
	awk -v who="$2" -f $here/events.awk "$work/$1.$2" >"$work/$1.$2.counted"
}

# agree NAME LISTENER: with what the program expects
agree() {
	in_form "$1" "$2" &&
		awk -v who="$2" -f $here/compare.awk "$work/$1.expected" \
			"$work/$1.$2.counted"
}

# same_edges NAME LISTENER: the waits of the recorded processes, with wakers
same_edges() {
	sed -n 's/^edge - \(pid=[0-9]*\) .*/\1/p' "$work/$1.counted" |
		sort -u >"$work/pids"
	grep '^edge' "$work/$1.counted" | sort >"$work/recorded"
	grep '^edge' "$work/$1.$2.counted" | grep -w -F -f "$work/pids" |
		sort >"$work/told"
	echo "$(wc -l <"$work/recorded") edges"
	[ -s "$work/recorded" ] && diff "$work/recorded" "$work/told"
}

# compare NAME LISTENER [beside]: all of these; beside a session that recorded
compare() {
	check "$1: $2 tells the counts${3+ beside a session}" agree "$1" "$2"
	[ -n "${3-}" ] || return 0
	check "$1: the table is as expected beside $2" counts_agree "$1" table
	check "$1: the records are as expected beside $2" \
		counts_agree "$1" records
	check "$1: $2 tells the waits and wakers of the records" \
		same_edges "$1" "$2"
}

# alone NAME: the program without a session
alone() {
	"$build/tests/$1" >"$work/$1.expected" && [ -s "$work/$1.expected" ]
}

tracefs_on() {
	mkdir "$tracing/instances/futexwatch" &&
		cd "$tracing/instances/futexwatch" &&
		echo 8192 >buffer_size_kb && echo 1 >events/futexwatch/enable
}

tracefs_off() {
	cd "$tracing/instances/futexwatch" || return
	echo 0 >events/futexwatch/enable
	cat per_cpu/cpu*/stats | grep -c '^overrun: [1-9]'
	cat trace >"$work/$1.tracefs"
	cd - >/dev/null && rmdir "$tracing/instances/futexwatch"
}

# through_tracefs NAME COMMAND...: its events are in $work/NAME.tracefs
through_tracefs() {
	local name=$1 status

	shift
	(tracefs_on) || return
	"$@"
	status=$?
	if [ "$(tracefs_off "$name")" != 0 ]; then
		echo "its buffer overran"
		status=1
	fi
	return $status
}

# through_perf NAME COMMAND...
through_perf() {
	local name=$1

	shift
	perf record -q -B -N -m 2048 -e 'futexwatch:*' -a -o "$work/perf.data" -- \
		"$@" &&
		perf script -i "$work/perf.data" --show-lost-events \
			>"$work/$name.perf" 2>"$work/complaints" &&
		! grep -q LOST "$work/$name.perf"
}

# bpftrace prints nothing until its buffers are read: its programs are there
# when the module has its listeners.
start_bpftrace() {
	bpftrace -B none tests/bpftrace/events.bt >"$work/$1.bpftrace" \
		2>"$work/complaints" &
	bpftrace_pid=$!
	until [ "$("$build/futexwatch" info --format json |
		jq .listeners)" = 3 ]; do
		if ! kill -0 "$bpftrace_pid"; then
			cat "$work/complaints"
			return 1
		fi
		sleep 0.2
	done
}

# It writes what it still has when it is asked to end.
stop_bpftrace() {
	kill -INT "$bpftrace_pid"
	wait "$bpftrace_pid"
	! grep -h '^Lost' "$work/$1.bpftrace" "$work/complaints"
}

for program in prime_counts prime_counts32; do
	if ! why=$(can_run "$program"); then
		skip "the events of $program" "$why"
		continue
	fi
	check "$program: tracefs listens beside a session" through_tracefs \
		"$program" count "$program" "$build/tests/$program"
	compare "$program" tracefs beside
	[ "$program" = prime_counts ] || continue
	check "$program: tracefs listens alone" through_tracefs "$program" \
		alone "$program"
	compare "$program" tracefs
	export -f alone
	export build work
	check "$program: perf listens alone" through_perf "$program" \
		bash -c 'alone "$@"' bash "$program"
	compare "$program" perf
done
# All but the race and the storm, which no buffer of tracefs holds.
wakers() {
	"$build/tests/known_wakers" in_turn at_once bitset wake_op moved \
		changed exit robust pi_owner timeout signal restart child \
		handed_on cond_held cond_free >"$work/wakers.expected"
}

known_edges() {
	in_form wakers tracefs && awk -f $here/edges.awk \
		"$work/wakers.expected" "$work/wakers.tracefs.counted"
}

check "known_wakers: tracefs listens alone" through_tracefs wakers wakers
check "known_wakers: tracefs tells not one wrong waker" known_edges
[ -n "${WITNESS_QUICK-}" ] || ! command -v bpftrace >/dev/null || {
	check "bpftrace listens" start_bpftrace prime_counts
	check "prime_counts: a session beside bpftrace" count prime_counts \
		"$build/tests/prime_counts"
	check "bpftrace lost nothing" stop_bpftrace prime_counts
	compare prime_counts bpftrace beside
}
done_testing
