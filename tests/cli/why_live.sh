#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: why, where threads need privileges to go wrong
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck source=tests/planted/lib.sh
. "$(dirname "$0")/../planted/lib.sh"

begin "a holder that never runs, for another comes first"
start "$planted/inversion"
until_so 0 'PRIORITY INVERSION' -p $pid
out_has '^  [0-9]+ high  waits for  bus \(mutex\)  held by [0-9]+  \[glibc owner\]'
out_has '^  -> [0-9]+ low, runnable, waits for a CPU: PRIORITY INVERSION, '
fw why -p $pid --format json
json '[t["comm"] for t in j["threads"]] == ["high"]'
stop
end

begin "nobody before it: then it is only slow"
start "$planted/reader" compute
until_so 0 'also waiting: [0-9]+ taker-' -p $pid
out_lacks 'PRIORITY INVERSION'
stop
end

begin "who slept before any session: the least that it can be"
start_pinned "$planted/reader"
until_so 0 'also waiting: [0-9]+ taker-' -p $pid
out_has '^       for at least [0-9][^;]*$'
fw why -d 200ms -p $pid
out_has '^       for at least [0-9].*; in the last [0-9].* no wait ended here$'
fw why -d 200ms -p $pid --format json
json '{(t["waited_evidence"], t["waited_ns"] == t["asleep_ns"] > 0)
    for t in j["threads"]} == {("inferred", True)}'
json 'all(t["watched"]["ended"] == 0 < t["watched"]["elapsed_ns"]
    for t in j["threads"])'
stop
end

begin "whoever a session saw going to sleep has waited exactly so long"
start_recording "$planted/ab_ba" taskset -c 0
until_so 5 'Behind it.*waiting for ledger\)' -p "$pid"
out_has '^DEADLOCK: 2 threads of ab_ba .* wait for each other, for [0-9]'
fw why -p "$pid" --format json
json '{t["waited_evidence"] for t in j["threads"]} == {"exact"}'
json 'all(t["waited_ns"] + 100000000 > t["asleep_ns"] > 0 for t in j["threads"])'
cp "$tmp/out" "$tmp/first"
fw why -p "$pid" --format json
python3 - "$tmp/first" "$tmp/out" <<'END' || complain "it does not grow"
import json, sys
a, b = ({t["tid"]: t["waited_ns"] for t in json.load(open(f))["threads"]}
        for f in sys.argv[1:])
sys.exit(a.keys() != b.keys() or any(a[t] >= b[t] for t in a))
END
kill -9 "$pid"
wait $recorder
pid=
end

begin "what happens at a busy lock meanwhile, for as long as is asked"
start "$planted/busy"
until_so 0 'in the last [0-9.]+ m?s [0-9,]+ waits? ended here, the longest' \
	-d 500ms -p $pid
stop
end

finish
