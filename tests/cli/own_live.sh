#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: what watching costs, by what the module saw of itself
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

begin "nobody watches: nothing to pay"
fw info
status_is 0
out_has '^cost       nothing: nobody watches$'
fw info --format json
json 'j["own_cost"] is None'
end

begin "info tells what others' sessions cost"
"$futexwatch" top --batch -a -n 1 -i 600s -q >/dev/null 2>&1 &
top=$!
yes >/dev/null &
yes=$!
tries=0
while [ $tries -lt 100 ]; do
	fw info --format json
	python3 -c 'import json, sys
cost = json.load(sys.stdin)["own_cost"]
sys.exit(not cost or not cost["points"]["sys_exit"]["timed"])' \
		<"$tmp/out" && break
	tries=$((tries + 1))
done
json 'j["own_cost"]["looks"] == 1 and j["own_cost"]["looked_ns"] > 0'
json '0 < j["own_cost"]["share"] < 1'
json 'all(p["timed"] <= p["hits"] for p in j["own_cost"]["points"].values())'
json 'j["own_cost"]["points"]["light"]["hits"] == 0'
fw info
out_has '^cost       [0-9.]+ % of all CPU time is spent in our probes'
kill $top $yes
wait $top $yes
end

begin "top looks by itself"
"$futexwatch" top --batch -a -i 500ms --format json 2>/dev/null |
	python3 -c 'import json, sys
for line in sys.stdin:
    cost = json.loads(line).get("own_cost")
    if cost:
        sys.exit(not (cost["looks"] == 1 and 0 <= cost["share"] < 1))
sys.exit(1)' || complain "it never does, or what it sees makes no sense"
end

begin "it waits at no futex that others who watch would see"
strace -f -e trace=futex -o "$tmp/trace" \
	"$futexwatch" top --batch -a -n 3 -i 800ms >/dev/null 2>&1 ||
	complain "top does not end well under strace"
grep -q '+++ exited with 0 +++' "$tmp/trace" || complain "strace saw no end"
# To join a thread is a wait of another kind; libraries wake once for all.
! grep 'FUTEX_WAIT[A-Z_]*PRIVATE' "$tmp/trace" | sed 's/^/# /' | grep . ||
	complain "top waits at futexes"
end

begin "so does record, and report tells"
for seconds in 2 4 8 16 32; do
	fw record -a -q -d "$seconds" -o "$tmp/data"
	status_is 0
	fw report "$tmp/data"
	status_is 0
	grep -q '^Watching cost ' "$tmp/out" && break
done
out_has "^Watching cost [0-9.]+ % of all CPU time in the module's own probes \([0-9]+ looks?, "
end

finish
