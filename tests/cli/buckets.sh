#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: what buckets makes of a recording (make_recording.c)
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

make=$build/tests/cli/make_recording
for kind in buckets nothing full; do
	"$make" $kind "$tmp/$kind" || exit 1
done

begin "the JSON has exactly the names that are promised"
fw buckets --format json "$tmp/buckets"
status_is 0
err_empty
json 'list(j) == ["schema", "elapsed_ns", "events", "model", "unknown_waits",
	"unknown_wakes", "tables"]'
json 'j["schema"] == "futexwatch/buckets/1"'
json 'all(list(t) == ["table", "node", "pid", "process", "size", "words",
	"evenly_in_use", "proved", "agreed", "disagreed", "advice_slots", "buckets"]
	for t in j["tables"])'
json 'all(list(b) == ["index", "waiters", "peak", "queued", "collisions",
	"wakes", "woken", "scanned", "strangers", "foreign", "words", "queue"]
	for t in j["tables"] for b in t["buckets"])'
json 'all(list(w) == ["address", "pid", "process", "name", "waiters", "wakes",
	"woken", "scanned", "strangers", "foreign"]
	for t in j["tables"] for b in t["buckets"] for w in b["words"])'
json 'all(list(w) == ["tid", "address", "op", "queued_ns"]
	for t in j["tables"] for b in t["buckets"] for w in b["queue"])'
end

begin "the global table: what wakes walk past"
json '(j["model"], j["unknown_waits"], j["unknown_wakes"]) ==
	("private", 1, 0)'
json '{k: j["tables"][0][k] for k in ("table", "node", "pid", "process",
	"size", "words", "proved", "agreed", "disagreed", "advice_slots")} ==
	{"table": "global", "node": 0, "pid": None, "process": None,
	"size": 512, "words": 2, "proved": True, "agreed": 31204,
	"disagreed": 0, "advice_slots": None}'
json 'abs(j["tables"][0]["evenly_in_use"] - (2 - 1 / 512)) < 1e-6'
json '[(b["index"], b["waiters"], b["peak"], b["queued"], b["collisions"],
	b["wakes"], b["woken"], b["scanned"], b["strangers"], b["foreign"])
	for b in j["tables"][0]["buckets"]] ==
	[(355, 3, 4, 13, 10, 11, 10, 43, 33, 33)]'
json '[(w["address"], w["pid"], w["name"], w["waiters"], w["wakes"],
	w["scanned"], w["strangers"]) for w in
	j["tables"][0]["buckets"][0]["words"]] ==
	[("0x2000", 200, "0x2000", 3, 0, 0, 0),
	("0x1000", 100, "hot_lock", 0, 11, 43, 33)]'
end

begin "who is queued, in the order of arrival"
json '[(w["tid"], w["address"], w["op"], w["queued_ns"]) for w in
	j["tables"][0]["buckets"][0]["queue"]] ==
	[(201 + i, "0x2000", "WAIT", (800 - i) * 1000000) for i in range(3)]'
end

begin "a private table, and how large it ought to be"
json '[(t["table"], t["pid"], t["process"], t["size"], t["words"],
	t["agreed"], t["advice_slots"]) for t in j["tables"][1:]] ==
	[("private", 300, "third", 16, 3, 40, 32)]'
json '[(b["index"], b["peak"], b["collisions"], b["scanned"], b["strangers"],
	b["foreign"]) for b in j["tables"][1]["buckets"]] ==
	[(7, 2, 1, 3, 1, 0), (8, 1, 0, 0, 0, 0)]'
end

begin "the text says the same"
fw buckets "$tmp/buckets"
status_is 0
out_has '^global table of node 0, 512 buckets, 1 in use by 2 words \(evenly spread: 2\.0\); base proved by 31,204 waits, 0 against$|^global table, 512 buckets, 1 in use by 2 words \(evenly spread: 2\.0\); base proved by 31,204 waits, 0 against$'
out_has '^ +355 +3 +4 +2 +4\.3  client 0x2000 \+ server hot_lock$'
out_has '2 processes share this bucket: 77 % of what their wakes scan is'
out_has '1\. 201/201 WAIT|1\. .*/201 WAIT 0x2000 for 800 ms'
out_has '^third \(300\): its own table, 16 buckets, 2 in use by 3 words \(evenly spread: 2\.8\)'
out_has 'prctl\(PR_FUTEX_HASH, PR_FUTEX_HASH_SET_SLOTS, 32\)'
out_has '^1 queued wait in buckets that are not known: '
end

begin "CSV has a line for each bucket"
fw buckets --format csv "$tmp/buckets"
status_is 0
[ "$(wc -l <"$tmp/out")" -eq 4 ] || complain "not 4 lines"
out_has '^global,0,,512,355,3,4,13,10,2,11,10,43,33,33$'
out_has '^private,,300,16,7,0,2,2,1,2,2,2,3,1,0$'
end

begin "no bucket in use, no bucket known"
fw buckets "$tmp/nothing"
status_is 0
out_has '^no hash bucket was seen in use$'
fw buckets --format json "$tmp/full"
status_is 0
json 'j["unknown_waits"] > 0 or j["tables"]'
end

begin "a recording is not watched"
fw buckets -p 1 "$tmp/buckets"
status_is 2
err_has 'go without FILE'
fw buckets "$tmp/there is none"
status_is 1
end

finish
