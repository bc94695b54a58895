#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: what report makes of a recording (make_recording.c)
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

make=$build/tests/cli/make_recording
for kind in full lost bookless endless hostile nothing buckets sampled; do
	"$make" $kind "$tmp/$kind" || exit 1
done

begin "the JSON has exactly the names that are promised"
fw report --format json "$tmp/full"
status_is 0
err_empty
json 'list(j) == ["schema", "elapsed_ns", "events", "explained", "locks"]'
json 'j["schema"] == "futexwatch/report/1"'
json 'list(j["events"]) == ["produced", "delivered", "dropped"]'
json 'list(j["explained"]) == ["waits", "edges", "percent"]'
json 'all(list(l) == ["address", "pid", "process", "name", "object", "kind",
	"waits", "asleep", "wakes", "woken", "empty_wakes", "requeues",
	"outcomes", "wait_ns", "run_delay_ns", "waiters_peak", "bucket",
	"shared", "wakers", "sites", "scanned", "strangers", "bucket_words",
	"neighbours", "kind_evidence", "contention", "gain_ns", "holders",
	"findings"] for l in j["locks"])'
json 'all(list(l["outcomes"]) == ["woken", "value_changed", "timed_out",
	"interrupted", "requeued", "other_word", "acquired", "owner_died",
	"killed", "error", "waiting"] for l in j["locks"])'
json 'all(list(l[k]) == ["total", "mean", "p50", "p99", "max"]
	for l in j["locks"] for k in ("wait_ns", "run_delay_ns"))'
json 'all(sum(l["outcomes"].values()) == l["waits"] for l in j["locks"])'
end

begin "every number of a lock is right"
fw report --format json "$tmp/full"
json 'locks["hot_lock"]["address"] == "0x1000"'
json 'locks["hot_lock"]["pid"] == 100'
json 'locks["hot_lock"]["process"] == "server"'
json 'locks["hot_lock"]["object"] == "/usr/sbin/server"'
json 'locks["hot_lock"]["kind"] == "unknown"'
json 'locks["hot_lock"]["waits"] == 110'
json 'locks["hot_lock"]["asleep"] == 100'
json 'locks["hot_lock"]["wakes"] == 120'
json 'locks["hot_lock"]["woken"] == 100'
json 'locks["hot_lock"]["empty_wakes"] == 20'
json 'locks["hot_lock"]["outcomes"]["woken"] == 100'
json 'locks["hot_lock"]["outcomes"]["value_changed"] == 10'
json 'locks["hot_lock"]["wait_ns"]["total"] == 100 * 1000000 + 10 * 500'
json 'locks["hot_lock"]["wait_ns"]["max"] == 1000000'
json '875000 <= locks["hot_lock"]["wait_ns"]["p50"] <= 1000000'
json 'locks["hot_lock"]["run_delay_ns"]["total"] == 100 * 100000'
json 'locks["hot_lock"]["waiters_peak"] == 1'
json 'locks["hot_lock"]["bucket"] == 355'
json 'locks["hot_lock"]["shared"] == False'
json 'locks["hot_lock"]["wakers"] == [{"tid": 102, "count": 60},
	{"tid": 103, "count": 40}]'
json 'locks["hot_lock"]["sites"] == []'
end

begin "kinds are told apart"
fw report --format json "$tmp/full"
json 'locks["pi_lock"]["kind"] == "pi"'
json 'locks["pi_lock"]["outcomes"]["acquired"] == 5'
json '[l["kind"] for l in j["locks"] if l["address"] == "0x3000"] == ["join"]'
end

begin "a requeued waiter is counted at both words"
fw report --format json "$tmp/full"
json 'locks["ring+0x2000"]["requeues"] == 3'
json 'locks["ring+0x2000"]["outcomes"]["requeued"] == 3'
json 'locks["ring+0x2010"]["outcomes"]["woken"] == 3'
json 'locks["ring+0x2010"]["waiters_peak"] == 2'
end

begin "words are told apart by process, and named by mapping"
fw report --format json "$tmp/full"
json 'sorted(l["pid"] for l in j["locks"] if l["address"] == "0x1000")
	== [100, 200]'
json 'locks["[heap]+0x0"]["object"] == "[heap]"'
json 'locks["join of thread 104"]["object"] == "anon"'
json 'locks["ring+0x2000"]["object"] == "/dev/shm/ring"'
json '[l["name"] for l in j["locks"] if l["pid"] == 200] == ["0x1000"]'
end

begin "waits that have not ended are waiting"
fw report --format json "$tmp/full"
json 'locks["[heap]+0x0"]["outcomes"]["waiting"] == 2'
json 'locks["[heap]+0x0"]["waits"] == 2'
json 'locks["[heap]+0x0"]["asleep"] == 2'
json 'locks["[heap]+0x0"]["waiters_peak"] == 2'
end

begin "the books add up, and say how much is explained"
fw report --format json "$tmp/full"
json 'j["events"]["produced"] == j["events"]["delivered"]
	+ j["events"]["dropped"]'
json 'j["events"]["dropped"] == 0'
json 'j["explained"] == {"waits": 109, "edges": 109, "percent": 100}'
json 'j["elapsed_ns"] == 1000000000'
end

begin "what watching cost, if somebody looked"
fw report --format json "$tmp/buckets"
json 'j["own_cost"]["points"]["sys_exit"] == {"hits": 1000, "timed": 500,
	"ns": 10000}'
json 'abs(j["own_cost"]["share"] - 20000 / 600000000) < 1e-6'
json '(j["own_cost"]["looks"], j["own_cost"]["looked_ns"],
	j["own_cost"]["cpu_ns"]) == (3, 300000000, 600000000)'
fw report "$tmp/buckets"
out_has "^Watching cost 0(\.[0-9]+)? % of all CPU time in the module's own probes \(3 looks, 300 ms in all\)\.$"
fw report "$tmp/full"
out_lacks 'Watching cost'
fw report "$tmp/hostile"
out_lacks 'Watching cost'
end

begin "locks come by what they cost"
fw report --format json "$tmp/full"
json '[l["wait_ns"]["total"] for l in j["locks"]] == sorted(
	(l["wait_ns"]["total"] for l in j["locks"]), reverse=True)'
fw report --format json -s waits "$tmp/full"
json 'j["locks"][0]["name"] == "hot_lock"'
fw report --format json -s name "$tmp/full"
json '[l["name"] for l in j["locks"]] == sorted(l["name"] for l in j["locks"])'
end

begin "-n limits the list; --all adds words that nobody waited on"
fw report --format json -n 2 "$tmp/full"
json 'len(j["locks"]) == 2'
fw report --format json "$tmp/full"
json 'all(l["waits"] for l in j["locks"])'
fw report --format json --all "$tmp/full"
json 'locks["ring+0x1004"]["waits"] == 0'
json 'locks["ring+0x1004"]["empty_wakes"] == 1'
end

begin "who shares its bucket, and what that costs its wakes"
fw report --format json "$tmp/buckets"
status_is 0
json '(locks["hot_lock"]["scanned"], locks["hot_lock"]["strangers"],
	locks["hot_lock"]["bucket_words"], locks["hot_lock"]["neighbours"]) ==
	(40, 30, 2, [{"address": "0x2000", "pid": 200, "process": "client",
	"name": "0x2000"}])'
json '[(l["address"], l["bucket_words"], [n["address"]
	for n in l["neighbours"]]) for l in j["locks"] if l["pid"] == 300] ==
	[("0x1000", 2, ["0x3000"]), ("0x5000", 1, []),
	("0x3000", 2, ["0x1000"])]'
fw report "$tmp/buckets"
out_has 'bucket 355, 4\.0 scanned for each woken$'
out_has "^   beside     client 0x2000: 75 % of what its wakes scan is others'\$"
out_has '^   beside     0x3000$'
out_lacks 'bucket 8, 1\.0'
end

begin "CSV has a line of names and a line per lock"
fw report --format csv "$tmp/full"
status_is 0
python3 - "$tmp/out" <<'END' || complain "the CSV is not as it should be"
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
hot = [r for r in rows if r["name"] == "hot_lock"][0]
assert len(rows) == 7 and None not in hot and None not in hot.values()
assert hot["waits"] == "110" and hot["wait_max_ns"] == "1000000"
assert hot["top_waker"] == "102" and hot["bucket"] == "355"
END
end

begin "waits that stand for others count as many, and it is said"
fw report --format json "$tmp/sampled"
status_is 0
json 'j["sampling"] == {"taken": 5, "passed": 13}'
json 'len(locks) == 1 and locks["hot_lock"]["estimated"]'
json 'locks["hot_lock"]["waits"] == 19 and locks["hot_lock"]["asleep"] == 19'
json 'locks["hot_lock"]["outcomes"]["woken"] == 19'
json 'locks["hot_lock"]["wakes"] == 5 and locks["hot_lock"]["woken"] == 5'
json 'locks["hot_lock"]["wait_ns"]["total"] == 35000000'
json 'locks["hot_lock"]["wait_ns"]["max"] == 2000000'
json 'locks["hot_lock"]["run_delay_ns"]["total"] == 3500000'
json 'locks["hot_lock"]["wakers"] == [{"tid": 103, "count": 19}]'
json 'j["explained"] == {"waits": 5, "edges": 5, "percent": 100.0}'
fw report "$tmp/sampled"
status_is 0
out_has '^sampled: 5 waits were taken, 13 passed over; what has a ~ is estimated'
out_has '^1\. hot_lock cost .*~35 ms of waiting'
out_has '^   waits ~19 \(asleep ~19\)   p50 ~2\.0 ms   p99 ~2\.0 ms   max 2\.0 ms'
out_has '^   ended      woken ~19$'
fw report --format csv "$tmp/sampled"
out_has ',top_waker,estimated$'
out_has ',103,1$'
end

begin "buckets of such a recording say that there were more"
fw buckets "$tmp/sampled"
status_is 0
out_has '^13 waits were passed over \(--max-overhead\): there were more waiters'
fw buckets --format json "$tmp/sampled"
json 'j["sampling"] == {"taken": 5, "passed": 13}'
end

begin "the text begins with the answer"
fw report "$tmp/full"
status_is 0
err_empty
out_has '^2 processes, 1\.00 s, [0-9]+ events, dropped 0, explained 100 %$'
out_has '^1\. hot_lock cost 3 threads 100 ms of waiting: 78 % of all'
out_has 'waits 110 \(asleep 100\).*bucket 355'
out_has 'woken 100, value changed 10'
out_has '102 purge 60 %, 103 con-12 40 %'
out_has 'wakes +120, 17 % found nobody'
out_has ' - idle: 2 words, 2 threads parked'
out_has ' - join: 500 ms of waiting for threads to end'
out_lacks "$(printf '\033')"
end

begin "what was lost is said, and is 4 with --strict"
fw report "$tmp/lost"
status_is 0
out_has 'dropped 7'
out_has '7 of [0-9]+ events were lost'
out_has '^Lost after the last record: 7 events\.$'
out_has '^1\. hot_lock cost at least .* of waiting\.$'
out_lacks 'of all contention'
fw report --strict "$tmp/lost"
status_is 4
fw report --strict "$tmp/full"
status_is 0
fw report --format json --strict "$tmp/lost"
status_is 4
json 'j["events"]["dropped"] == 7'
end

begin "without its books a recording still knows its gaps"
fw report --format json "$tmp/bookless"
status_is 0
json 'j["events"]["dropped"] == 3'
json 'j["explained"]["waits"] == 109'
fw report "$tmp/bookless"
out_has '^Lost on CPU 0: 3 events in 1 gap, from 0\.[0-9]{3} s to [0-9.]+ s\.$'
out_lacks 'of all contention'
end

begin "a recording of nothing is no error"
fw report "$tmp/nothing"
status_is 0
out_has 'No lock cost anything'
fw report --format json "$tmp/nothing"
json 'j["locks"] == [] and j["explained"]["percent"] == 100'
end

begin "it is read from stdin, and by default from futexwatch.data"
"$futexwatch" report --format json - <"$tmp/full" >"$tmp/out" 2>"$tmp/err"
status=$?
status_is 0
json 'len(j["locks"]) == 7'
cp "$tmp/full" "$tmp/futexwatch.data"
here=$PWD
cd "$tmp" || exit 1
fw report
cd "$here" || exit 1
status_is 0
out_has hot_lock
end

begin "-o writes the data into a file"
fw report --format json -o "$tmp/report.json" "$tmp/full"
status_is 0
out_empty
mv "$tmp/report.json" "$tmp/out"
json 'len(j["locks"]) == 7'
fw report -o "$tmp/no/such/place" "$tmp/full"
status_is 1
err_is_one_sentence report
end

begin "hostile names neither move the cursor nor break lines or JSON"
fw report --all -v "$tmp/hostile"
status_is 0
out_lacks "$(printf '[\001-\010\013-\037]')"
out_has 'x0a hot|\\x0a'
fw report --all --format json "$tmp/hostile"
json 'any("\\x0a" in l["name"] for l in j["locks"])'
fw report --all --format csv "$tmp/hostile"
python3 -c 'import csv, sys
assert len(set(map(len, csv.reader(open(sys.argv[1]))))) == 1' "$tmp/out" ||
	complain "the CSV is broken"
end

begin "where the locale is not UTF-8 the text is ASCII"
LC_ALL=C fw report "$tmp/full"
status_is 0
LC_ALL=C grep -q '[^ -~]' "$tmp/out" && complain "not all is ASCII"
end

begin "a full disk is said"
if [ -e /dev/full ]; then
	"$futexwatch" report "$tmp/full" >/dev/full 2>"$tmp/err"
	status=$?
	status_is 1
	err_has 'cannot write the data: No space left on device'
else
	skip="no /dev/full"
fi
end

begin "a reader that has seen enough is not told so"
"$futexwatch" report --format json "$tmp/full" 2>"$tmp/err" | head -n 1 >"$tmp/out"
err_empty
end

begin "call sites that make no sense are passed over"
fw report -v "$tmp/hostile"
status_is 0
out_has 'waited at +100 %  evil.* \(f.*\.c:12\)$'
out_has 'woken at +100 %  evil'
out_lacks 'zero|again|nonsense'
out_lacks "$(printf '\033')"
fw report --format json --all "$tmp/hostile"
status_is 0
json '[s["count"] for l in j["locks"] if l["address"] == "0x1000"
	for s in l["sites"] if s["stack"]] == [2]'
json 'sum(s["count"] for l in j["locks"] if l["address"] == "0x1000"
	for s in l["sites"]) == 5'
json '[len(l["waker_sites"]) for l in j["locks"]
	if l["address"] == "0x1000"] == [1, 0]'
json 'j["stacks"]["wanted"] == 8'
end

finish
