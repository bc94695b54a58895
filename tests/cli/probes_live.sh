#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - the probes of libfutexsync: they fire when, and as often as, said
#
# tests/programs/probed.c makes 137 posts, 137 takes and 23 waits in vain, or
# some with conditions and buffers ("others"). The kernel counts how often each
# instruction with a probe is passed (uprobes), with the gate opened as tracers
# open it, and left alone. Then bpftrace.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

lib=$build/libfutexsync.so.0
probed=$build/tests/probed
part=
tracing=/sys/kernel/tracing
[ -e $tracing/uprobe_events ] || mount -t tracefs none $tracing 2>/dev/null

# offset ADDRESS: where in the file that is
offset() {
	LC_ALL=C readelf --segments --wide "$lib" | awk -v want="$1" '
	function number(hex,   n, i) {
		hex = tolower(substr(hex, 3))
		for (i = 1; i <= length(hex); i++)
			n = n * 16 + index("0123456789abcdef", \
				substr(hex, i, 1)) - 1
		return n
	}
	$1 == "LOAD" && number(want) >= number($3) &&
	number(want) < number($3) + number($6) {
		printf "0x%x\n", number(want) - number($3) + number($2)
		exit
	}'
}

# places PROBE: LOCATION COUNTER of each, as offsets in the file
places() {
	LC_ALL=C readelf --notes --wide "$lib" |
		grep -A 1 "Name: $1\$" |
		sed -n 's/.*Location: \(0x[0-9a-f]*\),.*Semaphore: /\1 /p' |
		while read -r at counter; do
			echo "$(offset "$at") $(offset "$counter")"
		done
}

# hits COMMAND...: how often the probes that are set were hit by it
hits() {
	echo 1 >$tracing/events/probed/enable
	"$@" >"$tmp/out" 2>"$tmp/err" || complain "$* fails"
	echo 0 >$tracing/events/probed/enable
	awk '$2 ~ /^probed_/ { n += $3 } END { print n + 0 }' \
		$tracing/uprobe_profile
	echo >$tracing/uprobe_events
}

# set_probes PROBE [gate]: at each of its places; gate: and open it
set_probes() {
	local n=0 at counter

	echo >$tracing/uprobe_events
	while read -r at counter; do
		n=$((n + 1))
		echo "p:probed/probed_$n $lib:$at${2:+($counter)}"
	done < <(places "$1") >"$tmp/events"
	[ -s "$tmp/events" ] || complain "no probe $1"
	cat "$tmp/events" >$tracing/uprobe_events ||
		complain "the kernel refuses $(cat "$tmp/events")"
}

# count_is WANT PROBE [gate]: by $probed, with $part if that is set
count_is() {
	local want=$1 got

	shift
	set_probes "$@"
	# shellcheck disable=SC2086
	got=$(hits "$probed" $part)
	[ "$got" = "$want" ] || complain "$1 ${2-} hit $got times, want $want"
}

begin "a gated probe costs no pass when nobody watches"
count_is 0 sem_post
count_is 0 sem_take
end

begin "a gated probe is passed each time when somebody does"
count_is 137 sem_post gate
count_is 137 sem_take gate
end

begin "and no more when nobody does again"
count_is 0 sem_post
end

begin "a probe on a slow path is always there"
count_is 23 sem_wait_slow
count_is 23 sem_wait_done
count_is 1 name_set
count_is 1 name_clear
count_is 0 sem_post_wake
end

part=others
begin "so are those of the condition variable"
count_is 13 cond_wait_slow
count_is 13 cond_wait_done
count_is 1 cond_signal
count_is 1 cond_broadcast
end

begin "and those of the buffer, classic and robust"
count_is 46 bb_get_slow
count_is 46 bb_get_done
count_is 10 bb_put_slow
count_is 10 bb_put_done
# The robust one's put wakes gets, and its close wakes puts.
count_is 2 bb_gate_wake
count_is 2 bb_close
end
part=

# watch PROGRAM: bpftrace's output while $probed runs once. It cannot start
# the program itself: the library would not be mapped yet.
watch() {
	local script="$1 interval:ms:100 { printf(\"attached\\n\"); }"
	local tracer

	bpftrace -e "$script" >"$tmp/out" 2>"$tmp/err" &
	tracer=$!
	until grep -q ^attached "$tmp/out"; do
		kill -0 $tracer 2>/dev/null || break
		sleep 0.1
	done
	"$probed" || complain "$probed fails"
	kill -INT $tracer
	wait $tracer || complain "bpftrace fails"
}

begin "bpftrace finds probes and arguments by their names"
if command -v bpftrace >/dev/null; then
	u=usdt:$lib:futexsync
	watch "$u:sem_post { @posted = sum(arg1); }
		$u:sem_take { @taken = sum(arg1); }
		$u:sem_wait_slow { @slow[arg0] = count(); }
		$u:sem_wait_done { @done[arg0, (int32)arg1] = count(); }
		$u:name_set { printf(\"named %s\\n\", str(arg2)); }"
	out_has '^@posted: 137$'
	out_has '^@taken: 137$'
	sem=$(sed -n 's/^@slow\[\([0-9]*\)\]: 23$/\1/p' "$tmp/out")
	out_has "^@done\[${sem:-?}, -110\]: 23\$"
	out_has '^named probed$'
else
	skip="no bpftrace"
fi
end

finish
