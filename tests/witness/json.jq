# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - witness: the JSON of report and top, as lines
#
# jq -r --arg verb VERB -f json.jq: "json NAME pid=N address=0xN NUMBER=N ..."
# for each lock, in the form that compare.awk reads; and a line "head", "sums"
# or "keys" for each thing that is wrong, so that all is read in one go.

def lacks($keys; $what):
	. as $o | $keys | split(" ")[] |
	select(. as $key | $o | has($key) | not) |
	"keys: \($what) has no \(.)";

def line:
	[
		"json \(.name | gsub(" "; "_")) pid=\(.pid) address=\(.address)",
		(to_entries[] | select(.key != "pid") |
			select(.value | type == "number") |
			"\(.key)=\(.value)"),
		(.outcomes | to_entries[] | "outcomes.\(.key)=\(.value)")
	] | join(" ");

def head:
	(select(.schema != "futexwatch/\($verb)/1") |
		"head: schema \(.schema)"),
	(select(.elapsed_ns > 0 | not) | "head: elapsed_ns \(.elapsed_ns)"),
	(.events | select(.dropped != 0 or .produced == 0 or
			.produced != .delivered) |
		"head: events \(.)"),
	(.explained | select(.percent != 100 or .waits == 0 or
			.waits != .edges) |
		"head: explained \(.)");

def sums:
	.locks[] | select((.outcomes | add) != .waits or .asleep > .waits or
			.empty_wakes > .wakes) |
	"sums: \(.name): waits \(.waits), asleep \(.asleep), \(.outcomes)";

def time: "total mean p50 p99 max";

def keys_of_lock:
	lacks("address pid process name object kind waits asleep wakes woken";
		"a lock"),
	lacks("empty_wakes requeues outcomes wait_ns run_delay_ns waiters_peak";
		"a lock"),
	lacks("bucket shared wakers sites"; "a lock"),
	(.outcomes |
		lacks("woken value_changed timed_out interrupted requeued";
			"outcomes"),
		lacks("other_word acquired owner_died killed error waiting";
			"outcomes")),
	(.wait_ns | lacks(time; "wait_ns")),
	(.run_delay_ns | lacks(time; "run_delay_ns")),
	(.wakers[] | lacks("tid count"; "a waker")),
	(.sites[] | lacks("count total_ns stack"; "a site"));

def all_keys:
	lacks("schema elapsed_ns events explained locks"; "the top"),
	(.events | lacks("produced delivered dropped"; "events")),
	(.explained | lacks("waits edges percent"; "explained")),
	(.locks[] | keys_of_lock);

all_keys, head, sums, (.locks[] | line)
