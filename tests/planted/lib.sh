# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# futexwatch - planted programs: start one, and look until it stands still
#
# To be read after tests/cli/lib.sh. Where other processes may not be looked
# into it skips what follows.

planted=$build/tests/planted
pid=
trap 'stop; rm -rf "$tmp"' EXIT

# start PROGRAM ARG...
start() {
	"$@" >/dev/null 2>&1 </dev/null &
	pid=$!
}

# start_pinned PROGRAM ARG...: on one CPU. Since 6.12 the kernel may move who has
# just fallen asleep to another CPU, and forgets since when it has slept.
start_pinned() {
	cpu=$(taskset -cp $$)
	cpu=${cpu##*: }
	start taskset -c "${cpu%%[-,]*}" "$@"
}

stop() {
	[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null
	[ -z "$pid" ] || wait "$pid" 2>/dev/null
	pid=
}

# Where ptrace(2) is held back (Yama) only root may look.
start sleep 600
if ! cat "/proc/$pid/syscall" >/dev/null 2>&1; then
	begin "who waits for whom"
	skip="other processes may not be looked into here"
	stop
	end
	finish
fi
stop

# until_so STATUS PATTERN ARG...: looks until the program has come so far that
# both fit; what hangs stays so
until_so() {
	want=$1
	pattern=$2
	shift 2
	tries=0
	while [ $tries -lt 100 ]; do
		fw why "$@"
		[ "$status" -eq "$want" ] &&
			grep -qE -e "$pattern" "$tmp/out" && return
		tries=$((tries + 1))
		sleep 0.1
	done
	complain "never status $want and '$pattern'"
}

# record_until STATUS PATTERN PROGRAM: $tmp/data tells how it came so far
record_until() {
	start_recording "$3"
	until_so "$1" "$2" -p "$pid"
	kill -INT "$recorder"
	wait "$recorder" || complain "record: status $?"
	pid=
}

# start_recording PROGRAM [BEFORE...]: it is $pid, and the recorder $recorder
start_recording() {
	program=$1
	shift
	"$futexwatch" record -q -o "$tmp/data" -- "$@" "$program" \
		>/dev/null 2>&1 </dev/null &
	recorder=$!
	tries=0
	while ! pid=$(pgrep -x -P $recorder "${program##*/}") &&
		[ $tries -lt 300 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
}
