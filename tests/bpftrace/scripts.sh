# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# futexwatch - tests of tools/bpftrace: running the scripts
#
# They watch this shell and what it starts. What they print is in $work/NAME,
# a JSON object a line.

# shellcheck disable=SC2154 # $work is of tests/witness/tap.sh
declare -A script_pid

# It waits for events (epoll_wait) when all its probes are attached.
attached() {
	local number

	read -r number _ <"/proc/${script_pid[$1]}/syscall" &&
		[ "$number" = 232 ]
}

# within SECONDS NAME COMMAND...: waits until it succeeds, for no longer than that
# and no longer than the script lives. What it does then is told.
within() {
	local end=$((SECONDS + $1)) name=$2 pid=${script_pid[$2]}

	shift 2
	until "$@"; do
		if ! kill -0 "$pid" || [ "$SECONDS" -ge "$end" ]; then
			echo "$name.bt, process $pid: no success of: $*"
			cat "$work/$name.complaints" "/proc/$pid/syscall" \
				"/proc/$pid/stack" "/proc/$pid/wchan"
			return 1
		fi
		sleep 0.1
	done
}

# One after the other: at once each would wait for the others' work.
start_script() {
	bpftrace -B none -f json "tools/bpftrace/$1.bt" $$ >"$work/$1" \
		2>"$work/$1.complaints" &
	script_pid[$1]=$!
	within 300 "$1" attached "$1"
}

# printed NAME: how often it has printed its maps
printed() {
	grep -c '"@total"' "$work/$1"
}

printed_more() {
	[ "$(printed "$1")" -gt "$2" ]
}

# ask NAME: lets it print its maps now
ask() {
	local before

	before=$(printed "$1")
	kill -USR1 "${script_pid[$1]}"
	within 100 "$1" printed_more "$1" "$before"
}

links() {
	cat "/proc/${script_pid[$1]}"/fdinfo/* 2>/dev/null | grep -c '^link_id:'
}

# bpftrace 0.17 forgets a SIGINT that comes when it is outside of epoll_wait():
# script.c of the command has it. With its probes gone it is ending.
ending() {
	local i

	kill -INT "${script_pid[$1]}"
	for ((i = 0; i < 20; i++)); do
		[ "$(links "$1")" -gt 0 ] || return 0
		sleep 0.1
	done
	return 1
}

# It prints them a last time. Runs that the kernel skipped are in
# $work/NAME.skipped.
stop_script() {
	cat "/proc/${script_pid[$1]}"/fdinfo/* 2>/dev/null |
		awk '/^recursion_misses:/ { n += $2 } END { print n + 0 }' \
			>"$work/$1.skipped"
	within 100 "$1" ending "$1"
	wait "${script_pid[$1]}"
	echo "the kernel skipped $(cat "$work/$1.skipped") runs"
	cat "$work/$1.complaints"
	[ ! -s "$work/$1.complaints" ]
}
