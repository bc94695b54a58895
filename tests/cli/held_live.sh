#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: who holds a lock, in top
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

planted=$build/tests/planted

# until_top EXPRESSION PROGRAM: a table of top in which it is true of the JSON;
# where the program stands still it stays so
until_top() {
	tries=0
	while [ $tries -lt 6 ]; do
		tries=$((tries + 1))
		fw top --batch -n 1 -i $tries --format json -- "$planted/$2"
		python3 -c 'import json, sys
j = json.load(open(sys.argv[1]))
locks = {l["name"]: l for l in j["locks"]}
sys.exit(not eval("(" + sys.argv[2] + ")"))' "$tmp/out" "$1" 2>/dev/null &&
			return
	done
	json "$1"
}

holders='{(h["comm"], h["evidence"]) for l in j["locks"]
    if l["kind"] != "join" for h in l["holders"]}'

for program in ab_ba ab_ba.stripped; do
	begin "$program: glibc's owner, and a mutex that is held is never idle"
	until_top "len($holders) == 2" $program
	json "$holders == {('poster', 'glibc'), ('auditor', 'glibc')}"
	json 'all(l["contention"] and l["kind"] == "mutex" for l in j["locks"]
	    if l["holders"])'
	end
done

begin "PI: the kernel's owner"
until_top "len($holders) >= 2" pi_chain
json "{e for c, e in $holders} == {'exact'}"
end

begin "the text has a column for it, marked where it is not sure"
for seconds in 2 4 8; do
	fw top --batch -n 1 -i $seconds -- "$planted/ab_ba"
	grep -q '\[glibc\]' "$tmp/out" && break
done
out_has ' LOCK +LAST WAKER +HELD BY$'
out_has ' [0-9]+ (poster|auditor) \[glibc\]$'
fw top --batch -n 1 -- "$planted/behind"
out_has 'mutex journal +[0-9]+ .* [0-9]+ syncer ~$'
end

finish
