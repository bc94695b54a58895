#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: tables of top, lines of trace, info
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

busy=$build/examples/producer_consumer

begin "two tables of a program are two objects, and the program is ended"
fw top --batch -n 2 -i 1 --format json -- "$busy" --seconds 601
status_is 0
[ "$(wc -l <"$tmp/out")" -eq 2 ] || complain "not two lines"
python3 - "$tmp/out" <<'END' || complain "not two objects"
import json, sys
for line in open(sys.argv[1]):
    t = json.loads(line)
    assert t["schema"] == "futexwatch/top/1"
    assert t["elapsed_ns"] > 0, t["elapsed_ns"]
    for l in t["locks"]:
        # No thread can wait longer than the interval.
        assert l["wait_ns"]["total"] <= 6 * t["elapsed_ns"], l
END
[ -z "$(pgrep -f "^$busy --seconds 601")" ] || complain "the program still runs"
end

begin "the text has the columns, the lock's name and the last waker"
fw top --batch -n 1 -- "$busy" --items 2000
status_is 0
out_has '^futexwatch  [0-9.]+ .*events/s   dropped 0   explained 100 %(   cost [0-9.]+ %)?$'
out_has 'locks? costs? [0-9]+ % of all contention'
out_has 'WAIT/s NOW/MAX WAITS/s +P50 +P99 +MAX .*LOCK +LAST WAKER'
out_has 'bounded_buffer.*(producer|consumer)'
out_lacks ' $'
out_lacks "$(printf '\033')"
end

begin "CSV has one line of names for all tables"
fw top --batch -n 2 -i 0.5 --format csv -- "$busy" --seconds 60
status_is 0
[ "$(grep -c '^table,' "$tmp/out")" -eq 1 ] || complain "names twice"
out_has '^1,'
out_has '^2,'
end

begin "-d limits the tables"
fw top --batch -i 0.5 -d 1.2 --format json
status_is 0
[ "$(wc -l <"$tmp/out")" -eq 3 ] || complain "not three tables"
end

begin "without a terminal it is a batch"
fw top -n 1 -i 0.2
status_is 0
out_has '^futexwatch '
end

begin "a wait still in flight costs its interval, no more"
fw top --batch -n 2 -i 1 --all --format json -- sh -c \
	'exec python3 -c "import threading; threading.Lock().acquire();
l = threading.Lock(); l.acquire(); l.acquire(timeout=30)"'
status_is 0
end

begin "trace decodes waits and wakes"
fw trace -- "$busy" --items 100
status_is 0
out_has '^[0-9:]{8}\.[0-9]{6}  [a-z_]*(-[0-9])?/[0-9]+ +WAIT +bounded_buffer.* =[0-9]+ .*woken by '
out_has 'WAKE +bounded_buffer[^ ]* 1 -> [01]'
out_lacks ' exec'
fw trace -v -- "$busy" --items 100
out_has '^[0-9]+  [0-9:]{8}\.[0-9]{6} .* exec'
out_has ' thread +by '
end

begin "trace stops after -n lines, and when nobody reads on"
fw trace -n 7 -- "$busy" --seconds 60
status_is 0
[ "$(wc -l <"$tmp/out")" -eq 7 ] || complain "not 7 lines"
timeout 30 "$futexwatch" trace -- "$busy" --seconds 602 2>"$tmp/err" |
	head -n 3 >"$tmp/out"
[ "$(wc -l <"$tmp/out")" -eq 3 ] || complain "not 3 lines"
[ -z "$(pgrep -f "^$busy --seconds 602")" ] || complain "the program still runs"
end

begin "trace writes an object or a line of values per event"
fw trace --format json -- "$busy" --items 100
status_is 0
python3 - "$tmp/out" <<'END' || complain "the JSON is not as it should be"
import json, sys
seen = set()
last = 0
for line in open(sys.argv[1]):
    e = json.loads(line)
    seen.add(e["type"])
    assert e["time_ns"] >= last - 20000000
    last = e["time_ns"]
    assert e["address"].startswith("0x") and e["name"] and e["op"]
    if e["type"] == "wait":
        assert e["outcome"] != "woken" or e["waker_tid"], e
        assert e["wait_ns"] >= e["asleep_ns"] + e["run_delay_ns"], e
assert seen == {"wait", "wake"}, seen
END
fw trace --format csv -- "$busy" --items 100
python3 - "$tmp/out" <<'END' || complain "the CSV is not as it should be"
import csv, sys
assert all(None not in r and None not in r.values()
           for r in csv.DictReader(open(sys.argv[1])))
END
end

begin "info says what was found, and tries it"
fw info
status_is 0
out_has '^futexwatch [0-9.]+, module '
out_has '^  sys_enter +found +live'
out_has 'explained: ([0-9]+) of \1 waits \(100 %\)'
fw info --format json
json 'j["schema"] == "futexwatch/info/1"'
json 'j["explained"]["waits"] >= 8 and j["explained"]["percent"] == 100'
json 'all(h["found"] and h["live"] for n, h in j["hooks"].items()
	if n not in ("kprobe", "io"))'
# A kernel before 6.7 has no futexes in io_uring.
json 'j["hooks"]["io"]["found"] == j["hooks"]["io"]["live"]'
# Its own waits prove all tables that there are on a machine of one node.
json 'j["buckets"]["known"] > 100 and j["buckets"]["global_size"] >= 16'
json 'all(t["proved"] and t["agreed"] >= 16 and t["disagreed"] == 0
	for t in j["buckets"]["tables"])'
fw info --format csv
out_has '^abi_version,1$'
out_has '^bucket_node0_proved,1$'
end

begin "sessions beside each other do not see each other"
"$futexwatch" record -q -o "$tmp/data" -- "$busy" --items 3000 >/dev/null &
fw top --batch -n 1 --format json -- "$busy" --items 500
wait
json 'j["locks"] and j["explained"]["percent"] == 100'
fw report --format json "$tmp/data"
json 'len({l["pid"] for l in j["locks"]}) == 1'
end

finish
