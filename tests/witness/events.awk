# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - witness: what trace events tell, in the form of count_words
#
# awk -v who=NAME -f events.awk EVENTS
#
# EVENTS: the text of tracefs, of perf script or of tests/bpftrace/events.bt:
# on each line, after anything, "wait:", "wake:" or "requeue:" (with the
# system's name before it or not) and fields NAME=VALUE. Prints
#
#	NAME - pid=N address=0xN calls=N waits=N ... outcomes.woken=N ...
#	edge - pid=N tid=N address=0xN outcome=NAME cause=NAME waker=TID count=N

BEGIN {
	# As numbered in <linux/futexwatch.h>, for who prints numbers.
	split("woken value_changed timed_out interrupted requeued other_word " \
		"acquired owner_died killed error waiting", outcome_names)
	split("none call pi exit robust io timer signal", cause_names)
}

function named(names, name) {
	return name ~ /^[0-9]+$/ ? names[name + 1] : name
}

# Fields after the event's name; false when the line has none.
function parse(    i, pair) {
	event = ""
	split("", f)
	for (i = 1; i <= NF; i++) {
		if (!event && $i ~ /^(futexwatch:)?(wait|wake|requeue):$/) {
			event = $i
			sub(/^futexwatch:/, "", event)
		} else if (event && split($i, pair, "=") == 2) {
			f[pair[1]] = pair[2]
		}
	}
	return event != ""
}

function has(flag) {
	return index("|" f["flags"] "|", "|" flag "|")
}

# A WAKE_OP has a second event, the words exchanged, if it woke there.
function second_half(    is) {
	if (f["op"] != "WAKE_OP")
		return 0
	is = last[f["tid"]] == f["address2"] " " f["address"]
	last[f["tid"]] = is ? "" : f["address"] " " f["address2"]
	return is
}

function wait() {
	n[word, "waits"]++
	n[word, "asleep"] += has("asleep") != 0
	n[word, "calls"] += !has("moved")
	f["outcome"] = named(outcome_names, f["outcome"])
	n[word, "outcomes." f["outcome"]]++
	edge[sprintf("pid=%s tid=%s address=%s outcome=%s cause=%s waker=%s",
		f["pid"], f["tid"], f["address"], f["outcome"],
		named(cause_names, f["cause"]), f["waker_tid"])]++
}

function wake() {
	n[word, "wakes"]++
	n[word, "woken"] += f["woken"]
	n[word, "empty_wakes"] += f["ret"] >= 0 && !f["woken"]
	if (f["op"] !~ /REQUEUE|^(EXIT|ROBUST|IO)$/ && !second_half())
		n[word, "calls"]++
}

function requeue() {
	n[word, "requeues"] += f["moved"]
	n[word, "calls"]++
	if (f["ret"] > 0 && f["ret"] != f["moved"] + f["woken"])
		print "bad line: " $0
}

parse() {
	word = f["space"] " " f["address"]
	pid[word] = f["pid"]
	if (event == "wait:")
		wait()
	else if (event == "wake:")
		wake()
	else
		requeue()
}

END {
	names = "calls waits asleep wakes woken empty_wakes requeues"
	nr = split(names, numbers)
	for (word in pid) {
		split(word, part)
		printf "%s - pid=%s address=%s", who, pid[word], part[2]
		for (i = 1; i <= nr; i++)
			printf " %s=%d", numbers[i], n[word, numbers[i]]
		for (i = 1; i <= 11; i++)
			printf " outcomes.%s=%d", outcome_names[i],
				n[word, "outcomes." outcome_names[i]]
		print ""
	}
	for (e in edge)
		printf "edge - %s count=%d\n", e, edge[e]
}
