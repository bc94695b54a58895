#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: watching that may cost no more than so much
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# With much contention; its second lock is a PI lock, whose waits are all taken.
busy=$build/tests/planted/busy

begin "a limit that nothing reaches leaves nothing out"
fw top --batch -n 3 -i 300ms --max-overhead 100% --format json -- "$busy"
status_is 0
python3 -c 'import json, sys
tables = [json.loads(line) for line in sys.stdin]
assert tables and not any("sampling" in t for t in tables)
assert not any("estimated" in l for t in tables for l in t["locks"])' \
	<"$tmp/out" || complain "something was left out, or said to be"
end

# Each interval has its own rate; the first look may come late.
begin "with a limit top takes some waits, and says so"
"$futexwatch" top --batch -i 500ms --max-overhead 0.01 --format json \
	-- "$busy" 2>/dev/null |
	python3 -c 'import json, sys
for line in sys.stdin:
    table = json.loads(line)
    if not table.get("sampling", {}).get("passed"):
        continue
    assert all(type(l["estimated"]) is bool for l in table["locks"])
    kinds = {l["kind"] for l in table["locks"] if l["estimated"]}
    assert "pi" not in kinds, kinds
    assert all(sum(l["outcomes"].values()) == l["waits"]
               for l in table["locks"])
    if kinds:
        sys.exit(0)
sys.exit(1)' || complain "it never does, or not as it should"
end

begin "its text has a mark for what is estimated"
for seconds in 2 4 8 16; do
	fw top --batch -i "${seconds}s" -n 2 --max-overhead 0.01 -- "$busy"
	status_is 0
	grep -q '~P50' "$tmp/out" && break
done
out_has '   ~ 1 of [0-9.]+ waits'
out_has ' ~WAIT/s ~NOW/MAX ~WAITS/s  ~P50  ~P99  MAX WAKES/s'
end

begin "record does so, too, and report tells"
for seconds in 2 4 8 16; do
	fw record -q -d "$seconds" --max-overhead 0.01 -o "$tmp/data" \
		-- "$busy"
	fw report --format json "$tmp/data"
	status_is 0
	grep -q '"sampling"' "$tmp/out" && break
done
json 'j["sampling"]["passed"] > 0 and j["sampling"]["taken"] > 0'
json 'any(l["estimated"] for l in j["locks"])'
json 'all(not l["estimated"] for l in j["locks"] if l["kind"] == "pi")'
fw report "$tmp/data"
out_has '^sampled: [0-9,]+ waits were taken, [0-9,]+ passed over; '
end

begin "what cannot be kept is said"
for seconds in 8 16 32; do
	fw top --batch -n 1 -i "${seconds}s" --max-overhead 0.01 -- "$busy"
	status_is 0
	grep -q 'watching cost more' "$tmp/err" && break
done
err_has 'watching cost more than --max-overhead also with one in 1024 waits'
end

finish
