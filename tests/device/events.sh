#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - device test: the trace events hook the kernel while they are on
#
# usage: tests/device/events.sh
#
# Whether the kernel is hooked is read from the kernel's own list of traced
# functions. CYCLES (20) times the events are switched on and off under
# traffic, by tracefs and by perf, with a session beside them and without.
# shellcheck disable=SC2317 # check calls them
set -u

cd "$(dirname "$0")/../.." || exit 1
cycles=${CYCLES:-20}
out=${O:-build}
tracing=/sys/kernel/tracing
events=$tracing/events/futexwatch
name="trace events"
# shellcheck source=tests/device/module.sh
. tests/device/module.sh

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
tests=0
bad=0

# check NAME COMMAND...
check() {
	local what=$1 result=ok

	shift
	"$@" >"$tmp/said" 2>&1 || result="not ok"
	[ "$result" = ok ] || bad=1
	tests=$((tests + 1))
	echo "$result $tests - $what"
	sed 's/^/# /' "$tmp/said"
}

fail() {
	echo "$*"
	return 1
}

hooked() {
	grep -q '^__futex_queue ' "$tracing/enabled_functions"
}

# until COMMAND...: it comes true; who calls has a time limit
until_true() {
	until "$@"; do sleep 0.05; done
}

unhooked() {
	! hooked
}

listeners() {
	"$out/futexwatch" info --format json | jq .listeners
}

on() {
	echo 1 >"$events/${1-enable}"
}

off() {
	echo 0 >"$events/${1-enable}"
}

# One event is enough, the last one that goes takes the hooks with it.
first_and_last() {
	hooked && fail "hooked before"
	on wait/enable && hooked || fail "not hooked by wait" || return
	on requeue/enable && off wait/enable && hooked ||
		fail "not hooked by requeue" || return
	[ "$(listeners)" = 1 ] || fail "$(listeners) listeners" || return
	off requeue/enable && unhooked || fail "still hooked" || return
	[ "$(listeners)" = 0 ] || fail "$(listeners) listeners"
}

# A session's end is not the listener's, nor the other way round.
beside_session() {
	on && "$out/tests/device/test_client" walked >"$tmp/client" &&
		hooked || fail "a session took the hooks away" || return
	"$out/futexwatch" record -q -o "$tmp/rec" -d 600 &
	local pid=$!

	until_true session_live
	off && hooked || fail "the listener took the hooks away" || return
	kill -INT "$pid" && wait "$pid" && unhooked
}

session_live() {
	[ "$("$out/futexwatch" info --format json | jq .sessions_live)" = 1 ]
}

# The module stays as long as anybody listens, and goes then.
unload() {
	loaded && on || return
	rmmod futexwatch 2>"$tmp/rmmod" && fail "it went while tracefs listens"
	loaded && hooked || return
	off
	perf stat -e futexwatch:wait -a -o "$tmp/data" &
	local pid=$!

	until_true hooked
	rmmod futexwatch 2>"$tmp/rmmod" && fail "it went while perf listens"
	kill "$pid"
	wait "$pid" 2>/dev/null
	rmmod futexwatch && ! [ -e "$events" ] && insmod "$ko" && [ -e "$events" ]
}

# Whoever dies listening leaves nothing behind.
killed() {
	perf stat -e 'futexwatch:*' -a -o "$tmp/data" &
	local pid=$!

	until_true hooked
	[ "$(listeners)" = 3 ] || fail "$(listeners) listeners" || return
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	until_true unhooked
	[ "$(listeners)" = 0 ] || fail "$(listeners) listeners"
}

# A wait that began before anybody listened is told when it ends.
adopted() {
	python3 -c 'import threading; threading.Event().wait()' &
	local pid=$!

	until_true asleep "$pid"
	echo >"$tracing/trace"
	on wait/enable
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	off wait/enable
	grep " pid=$pid " "$tracing/trace"
	grep " pid=$pid tid=$pid " "$tracing/trace" | grep -w adopted |
		grep -q ' outcome=killed '
}

asleep() {
	grep -q '^202 ' "/proc/$1/syscall"
}

traffic() {
	trap 'exit 0' TERM
	while :; do
		nice -n 19 "$out/tests/prime_counts" "$@" >/dev/null 2>&1
	done
}

by_perf() {
	perf stat -e 'futexwatch:*' -a -o "$tmp/data" -- true \
		>"$tmp/perf" 2>&1
}

# Switched on and off while threads are in every kind of call.
again_and_again() {
	local i

	for ((i = 0; i < cycles; i++)); do
		on && hooked || fail "cycle $i: not hooked" || return
		[ $((i % 3)) -ne 0 ] || by_perf || fail "perf fails" || return
		[ $((i % 4)) -ne 0 ] || "$out/tests/device/test_client" \
			walked >"$tmp/client" || fail "session fails" || return
		off && unhooked || fail "cycle $i: still hooked" || return
	done
}

# Either the event is there first and the module stays, or neither is.
unload_race() {
	local i

	for ((i = 0; i < cycles; i++)); do
		(on wait/enable) 2>/dev/null &
		rmmod futexwatch 2>/dev/null
		wait $!
		loaded || { insmod "$ko" && continue; } || return
		off wait/enable
		unhooked || fail "cycle $i: still hooked" || return
	done
}

# Since 6.13 events can be ordered before their module comes.
ordered() {
	rmmod futexwatch
	echo ':mod:futexwatch' >"$tracing/set_event"
	insmod "$ko" && hooked || fail "not hooked" || return
	[ "$(listeners)" = 3 ] || fail "$(listeners) listeners" || return
	off && unhooked
}

under_traffic() {
	local one two status=0

	traffic &
	one=$!
	traffic --shared &
	two=$!
	"$@" || status=1
	kill "$one" "$two"
	wait
	return "$status"
}

[ -e $tracing/enabled_functions ] || skip "there is no ftrace"
[ -x "$out/tests/prime_counts" ] || skip "the traffic was not built"
[ -f "$ko" ] || skip "no module to insert"
take_out
insmod "$ko" || skip "the module cannot be inserted"
check "the first listener hooks the kernel, the last unhooks it" first_and_last
check "sessions and listeners do not end each other" beside_session
check "the module cannot be removed while somebody listens" unload
check "a listener that is killed releases the hooks" killed
check "a wait is told that began before anybody listened" adopted
check "on and off $cycles times under traffic" under_traffic again_and_again
check "removed while it is switched on, $cycles times" unload_race
if (echo ':mod:none' >"$tracing/set_event") 2>/dev/null; then
	check "events may be ordered before the module comes" ordered
fi
put_back || bad=1
echo "1..$tests"
exit $bad
