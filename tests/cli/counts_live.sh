#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: the numbers of the command against known ones
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

prime=$build/tests/prime_counts

begin "record and report count every call of prime_counts, by name"
run "$futexwatch" record -o "$tmp/data" -- "$prime"
status_is 0
mv "$tmp/out" "$tmp/want"
err_has '^futexwatch: record: [0-9,]+ events, 0 dropped, .* in '
fw report --all --format json "$tmp/data"
status_is 0
python3 "$root/tests/cli/counts.py" "$tmp/want" "$tmp/out" >"$tmp/wrong" ||
	complain "$(head -n 5 "$tmp/wrong")"
json 'j["explained"]["percent"] == 100'
end

begin "so does top, in one table of all the run"
run "$futexwatch" top --all --batch -n 1 --format json -- "$prime"
status_is 0
# Children that live for a moment are gone before top looks at them.
python3 "$root/tests/cli/counts.py" "$tmp/err" "$tmp/out" no-names \
	>"$tmp/wrong" || complain "$(head -n 5 "$tmp/wrong")"
json 'j["explained"]["percent"] == 100'
json 'locks["word_wait_woken"]["waits"] == 53'
end

begin "intervals add up to the whole"
run "$futexwatch" top --all --batch -i 0.3 --format json -- "$prime"
status_is 0
python3 - "$tmp/err" "$tmp/out" <<'END' >"$tmp/wrong" 2>&1 ||
import collections, json, sys
tables = [json.loads(line) for line in open(sys.argv[2])]
assert len(tables) > 1, "only one table"
wakes = collections.Counter()
ended = collections.Counter()
for t in tables:
    for l in t["locks"]:
        key = l["pid"], l["address"]
        wakes[key] += l["wakes"]
        ended[key] += l["waits"] - l["outcomes"]["waiting"]
        assert sum(l["outcomes"].values()) == l["waits"], l
for line in open(sys.argv[1]):
    if line.startswith("word_"):
        d = dict(f.split("=") for f in line.split()[2:])
        key = int(d["pid"]), d["address"]
        assert wakes[key] == int(d["wakes"]), line
        assert ended[key] == int(d["waits"]), line
END
	complain "$(tail -n 1 "$tmp/wrong")"
end

finish
