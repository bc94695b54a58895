#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: recording, and what a recording holds
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

busy=$build/examples/producer_consumer

begin "the program keeps its stdout; the last line tells what was written"
fw record -o "$tmp/data" -- "$busy" --items 200
status_is 0
out_has 'the same'
tail -n 1 "$tmp/err" >"$tmp/last"
grep -qE '^futexwatch: record: [0-9,]+ events, 0 dropped, [0-9.]+ [kM]?B(ytes)? in .*/data$' \
	"$tmp/last" || complain "last line: $(cat "$tmp/last")"
end

begin "the report needs neither the program nor its binary"
cp "$busy" "$tmp/gone"
fw record -o "$tmp/data" -- "$tmp/gone" --items 200
rm "$tmp/gone"
fw report --format json "$tmp/data"
status_is 0
json 'any(l["name"].startswith("bounded_buffer") for l in j["locks"])'
json 'all(l["process"] == "gone" or l["kind"] == "join" for l in j["locks"])'
json 'any(l["object"].endswith("/gone") for l in j["locks"])'
json 'j["explained"]["percent"] == 100'
end

begin "threads are known by their last names"
fw record -o "$tmp/data" -- "$busy" --items 200
fw report "$tmp/data"
out_has 'consumer-[01]'
out_has 'producer-[012]'
end

begin "-a: what others do while the program runs"
"$busy" --seconds 60 >/dev/null 2>&1 &
other=$!
fw record -o "$tmp/data" -- sleep 1
fw report --format json "$tmp/data"
json "all(l['pid'] != $other for l in j['locks'])"
fw record -a -o "$tmp/data" -- sleep 1
status_is 0
kill "$other"
fw report --format json "$tmp/data"
json "any(l['pid'] == $other and l['name'].startswith('bounded_buffer') for l in j['locks'])"
end

begin "it goes to a pipe"
"$futexwatch" record -q -o - -- "$busy" --items 200 2>"$tmp/err" |
	"$futexwatch" report --format json - >"$tmp/out" 2>>"$tmp/err"
json 'len(j["locks"]) > 2'
grep -q 'the same' "$tmp/err" || complain "the program's stdout is not there"
end

begin "-d ends it, and the program with it"
fw record -d 1 -o "$tmp/data" -- sleep 61.25
status_is 0
[ -z "$(pgrep -f '^sleep 61.25')" ] || complain "sleep still runs"
end

begin "-n ends it after so many events"
fw record -n 50 -o "$tmp/data" -- "$busy" --seconds 60
status_is 0
err_has 'record: 50 events'
fw report "$tmp/data"
status_is 0
end

for signal in INT TERM; do
	begin "SIG$signal ends it with a whole file"
	rm -f "$tmp/data"
	"$futexwatch" record -o "$tmp/data" >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	until_there "$tmp/data"
	kill -$signal $pid
	wait $pid
	status=$?
	status_is 0
	fw report "$tmp/data"
	status_is 0
	err_empty
	end
done

begin "SIGKILL leaves what was written readable"
"$futexwatch" record -o "$tmp/data" -- "$busy" --seconds 5 >"$tmp/out" 2>"$tmp/err" &
pid=$!
until_there "$tmp/data"
sleep 3
kill -KILL $pid
wait $pid 2>/dev/null
fw report --strict --format json "$tmp/data"
status_is 4
err_has 'was cut short'
end

begin "a full disk ends it with 1, and the file can be read"
mkdir "$tmp/small"
if mount -t tmpfs -o size=64k tmpfs "$tmp/small" 2>/dev/null; then
	fw record -o "$tmp/small/data" -- "$busy" --seconds 5
	status_is 1
	err_has 'cannot write .*: No space left on device'
	fw report "$tmp/small/data"
	status_is 0
	out_has 'bounded_buffer'
	umount "$tmp/small"
else
	skip="no mount"
fi
end

begin "a small ring loses events, says so, and --strict is 4"
fw record --ring 8k --strict -o "$tmp/data" -- "$busy" --seconds 2
status_is 4
fw report --format json "$tmp/data"
json 'j["events"]["dropped"] > 0'
json 'j["events"]["produced"] == j["events"]["delivered"]
	+ j["events"]["dropped"]'
end

begin "--overwrite keeps the newest events"
fw record --overwrite --ring 64k -o "$tmp/data" -- "$busy" --seconds 2
status_is 0
fw report --format json "$tmp/data"
json 'j["events"]["delivered"] <= 512'
json 'any(l["name"].startswith("bounded_buffer") for l in j["locks"])'
json 'j["events"]["produced"] == j["events"]["delivered"]
	+ j["events"]["dropped"]'
end

begin "--min-wait leaves the short waits out"
fw record --min-wait 1h -o "$tmp/data" -- "$busy" --items 200
status_is 0
fw report --all --format json "$tmp/data"
json 'all(l["waits"] == 0 for l in j["locks"])'
end

begin "waits in flight at the end are waiting"
fw record -d 2 -o "$tmp/data" -- "$build/tests/die_waiting" 30
fw report --format json "$tmp/data"
status_is 0
json 'all(sum(l["outcomes"].values()) == l["waits"] for l in j["locks"])'
end

begin "a file that cannot be written is said before the program starts"
fw record -o "$tmp/no/such/file" -- touch "$tmp/started"
status_is 1
err_is_one_sentence record
[ ! -e "$tmp/started" ] || complain "the program was started"
end

finish
