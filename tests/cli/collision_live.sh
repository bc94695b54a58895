#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: words that share a bucket, and words that do not
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

program=$build/examples/bucket_collision

begin "bucket_collision finds words that share a bucket, buckets shows them"
fw buckets --format json -- "$program" --seconds 2
status_is 0
err_has '^shared  *[0-9]* ns \(median of [0-9]'
err_has '^apart  *[0-9]* ns \(median of [0-9]'
cp "$tmp/err" "$tmp/said"
cp "$tmp/out" "$tmp/seen"
run "$root/tests/cli/collision.py" "$tmp/said" "$tmp/seen"
status_is 0
end

# words[0] wakes past twelve others, words[1] or one of the next past nobody.
strangers_are_told() {
	json 'len(j["locks"]) >= 26'
	json 'locks["words[0]"]["woken"] >= 10'
	json 'locks["words[0]"]["bucket_words"] >= 13'
	json 'len(locks["words[0]"]["neighbours"]) == 8'
	json '{n["process"] for n in locks["words[0]"]["neighbours"]} >=
		{"bucket_collision"}'
	json '0.9 < locks["words[0]"]["strangers"] /
		locks["words[0]"]["scanned"] < 0.94'
	json 'any(l["woken"] >= 10 and l["scanned"] >= 10 and
		l["strangers"] < l["woken"] for l in j["locks"])'
}

begin "report tells a lock's strangers, and their share of what its wakes cost"
run "$futexwatch" record -o "$tmp/data" -- "$program" --seconds 2
fw report --format json "$tmp/data"
strangers_are_told
fw report "$tmp/data"
out_has "^   beside     .*words\[[0-9]+\] and [0-9]+ more: 92 % of what its"
end

begin "so does top, from its table"
fw top --batch -n 1 --format json -- "$program" --seconds 2
status_is 0
strangers_are_told
end

begin "it finds them without anybody who watches"
run "$program" --sleepers 3 --seconds 1
status_is 0
out_has '^apart  *[0-9]* ns \(median of [0-9]'
end

finish
