#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - do the workloads tell the truth about themselves? Ask strace.
#
# usage: check_strace.sh PROGRAM [OPTION...]
#
# Runs the program under strace and compares what it says with what strace
# saw: calls for each word; and for each kind, where strace cannot know which
# of two words it was, the waits and how they ended, and the tasks woken or
# moved. Prints the kinds that agree and exits 1 if one does not; 77 without
# strace.
set -eu

command -v strace >/dev/null || { echo "no strace" >&2; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# With --seccomp-bpf other calls, which are by far the most, do not stop.
strace -f --seccomp-bpf -qq -X raw -e trace=futex,futex_time64,restart_syscall \
	-e signal=none -o "$dir/trace" "$@" >"$dir/expected"
[ -s "$dir/expected" ] || { echo "$1 printed nothing" >&2; exit 1; }

# A call that never came back was cut short by the end of its process.
awk -f "${0%/*}/strace_calls.awk" "$dir/trace" >"$dir/calls"

awk '
# The lines of the program: what each word and each kind must come to.
FILENAME ~ /expected$/ {
	split("", field)
	for (i = 3; i <= NF; i++) {
		split($i, pair, "=")
		field[pair[1]] = pair[2]
	}
	kind[field["address"]] = $2
	name[field["address"]] = $1
	calls[field["address"]] = field["calls"]
	want[$2, "waits"] += field["waits"] - field["outcomes.requeued"]
	want[$2, "returned"] += field["outcomes.woken"]
	want[$2, "returned"] += field["outcomes.acquired"]
	want[$2, "value_changed"] += field["outcomes.value_changed"]
	want[$2, "timed_out"] += field["outcomes.timed_out"]
	want[$2, "interrupted"] += field["outcomes.interrupted"]
	want[$2, "error"] += field["outcomes.error"]
	want[$2, "killed"] += field["outcomes.killed"]
	want[$2, "moved"] += field["woken"] + field["requeues"]
	kinds[$2] = 1
	next
}

{
	tid = $1
	line = $0
	sub(/^[0-9]+ +/, "", line)
}
line ~ /^futex/ { count_call(line, result(line)) }
line ~ /^restart_syscall/ && tid in suspended {
	resumed = suspended[tid]
	delete suspended[tid]
	end_wait(resumed, result(line))
}

function result(text)
{
	sub(/^.*\) += /, "", text)
	return text
}

function count_call(text, ret,    part, word, command)
{
	# A suspended wait is over when the thread makes another call.
	if (tid in suspended)
		saw[suspended[tid], "interrupted"]++
	delete suspended[tid]
	split(text, part, /[(,)] */)
	word = part[2]
	if (!(word in kind))
		return
	seen_calls[word]++
	# Without the flags for private words and for the clock.
	command = hex(part[3]) % 128
	if (command in is_wait) {
		saw[kind[word], "waits"]++
		end_wait(kind[word], ret)
	} else if (command == 7) {
		unlocks[kind[word]] = 1
	} else if (ret + 0 > 0) {
		saw[kind[word], "moved"] += ret
	}
}

function end_wait(k, ret)
{
	if (ret ~ /^0/)
		saw[k, "returned"]++
	else if (ret ~ /EAGAIN/)
		saw[k, "value_changed"]++
	else if (ret ~ /ETIMEDOUT/)
		saw[k, "timed_out"]++
	else if (ret ~ /ERESTART_RESTARTBLOCK/)
		suspended[tid] = k
	else if (ret ~ /ERESTARTSYS|EINTR/)
		saw[k, "interrupted"]++
	else if (ret ~ /^\?/)
		saw[k, "killed"]++
	else
		saw[k, "error"]++
}

function hex(text,    i, n)
{
	sub(/^0x/, "", text)
	for (i = 1; i <= length(text); i++)
		n = n * 16 + index("123456789abcdef", substr(text, i, 1))
	return n
}

function complain(what, is, should)
{
	printf "%s: strace saw %d, the program says %d\n", what, is, should
	bad = 1
}

BEGIN {
	# WAIT LOCK_PI TRYLOCK_PI WAIT_BITSET WAIT_REQUEUE_PI LOCK_PI2
	split("0 6 8 9 11 13", ops, " ")
	for (i in ops)
		is_wait[ops[i]] = 1
}

END {
	for (tid in suspended)
		saw[suspended[tid], "interrupted"]++
	for (word in kind)
		if (seen_calls[word] + 0 != calls[word] + 0)
			complain(name[word] ": calls", seen_calls[word],
				 calls[word])
	for (key in want) {
		split(key, part, SUBSEP)
		# An unlock does not return how many it woke.
		if (part[2] == "moved" && part[1] in unlocks)
			continue
		if (saw[key] + 0 != want[key])
			complain(part[1] ": " part[2], saw[key], want[key])
	}
	for (k in kinds)
		n++
	if (!bad)
		printf "strace agrees on %d kinds\n", n
	exit bad
}
' "$dir/expected" "$dir/calls"
