#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: the lines of code where threads waited
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck source=tests/planted/lib.sh
. "$(dirname "$0")/../planted/lib.sh"

source=$root/tests/planted/two_sites.c

# line NAME: the number of the line that is marked so
line() {
	grep -n "here: $1 " "$source" | cut -d: -f1
}

# Python: how often frames of the stacks of the one busy lock begin with f.
# shellcheck disable=SC2089
count='lock = max(j["locks"], key=lambda l: l["waits"] * (l["kind"] != "join"))
def n(f, key="sites"):
	return sum(s["count"] for s in lock[key]
		if any(x.startswith(f) for x in s["stack"]))
'

# counts EXPRESSION: it holds for the JSON in $tmp/out, with n(f) to count
counts() {
	python3 -c "
import json, sys
j = json.load(open(sys.argv[1]))
$count
sys.exit(0 if $1 else 1)" "$tmp/out" ||
		complain "not so: $1: $(python3 -c "
import json, sys
j = json.load(open(sys.argv[1]))
$count
print(lock['sites'], j.get('stacks'))" "$tmp/out" 2>&1)"
}

# record PROGRAM OPTION...: a copy of it, which is gone before the report
record() {
	cp "$1" "$tmp/two_sites" || complain "no program"
	shift
	fw record "$@" -o "$tmp/data" -- "$tmp/two_sites"
	status_is 0
	rm -f "$tmp/two_sites"
	fw report --format json "$tmp/data"
	status_is 0
}

begin "each wait has its function, file and line"
record "$planted/two_sites" --stack-min 0
counts "n('evict (two_sites.c:$(line evict))') == 30"
counts "n('take (two_sites.c:$(line take))') == 30"
counts "n('lookup (two_sites.c:$(line lookup))') == 10"
counts "n('thread (two_sites.c:') == 40"
counts "n('release (two_sites.c:$(line release))', 'waker_sites') == 40"
counts "sum(s['count'] for s in lock['sites']) == lock['waits'] == 40"
counts "j['stacks']['unread'] == 0 and j['stacks']['dropped'] == 0"
end

begin "the report tells them by what they cost"
fw report "$tmp/data"
out_has "waited at +[0-9.]+ %  take \\(two_sites.c:$(line take)\\) +<- evict <- thread"
out_has "[0-9.]+ %  lookup \\(two_sites.c:$(line lookup)\\) +<- thread"
out_has "woken at +100 %  release \\(two_sites.c:$(line release)\\) +<- let_wait <- main"
out_has '^stacks of [0-9,]+ long waits and wakes$'
end

begin "a lock without a name goes by where it is waited for"
out_has "^2\\. mutex in fetch \\(two_sites.c:$(line fetch)\\) cost "
fw report --format json "$tmp/data"
json 'sum(l["kind"] == "mutex" for l in j["locks"]) == 2'
end

# cxx NAME: the same of the program in C++
cxx() {
	echo "store.cc:$(grep -n "here: $1 " "$root/tests/planted/store.cc" |
		cut -d: -f1)"
}

begin "C++: sites, kinds and holders of a std::mutex and a condition variable"
record "$planted/store" --stack-min 500us
fw report "$tmp/data"
out_has "^1\\. mutex in app::Store::fetch \\($(cxx fetch)\\) cost "
out_has 'Held longest by [0-9]+ evictor [0-9]+ %'
out_has "waited at .*app::Store::fetch \\($(cxx fetch)\\) +<- app::Store::get<long> <- reader"
fw report --all --format json "$tmp/data"
json "[(l['kind'], l['holders'][0]['comm']) for l in j['locks']
	if l['name'] == 'mutex in app::Store::fetch ($(cxx fetch))'] ==
	[('mutex', 'evictor')]"
json "[l['kind'] for l in j['locks'] if
	l['name'].startswith('condvar in app::Store::wait_filled (')] == ['condvar']"
end

# store_has_lines: the report has functions and lines of its std::mutex
store_has_lines() {
	fw report "$tmp/data"
	out_has "^1\\. mutex in app::Store::fetch \\($(cxx fetch)\\) cost "
	out_has "waited at .*app::Store::fetch \\($(cxx fetch)\\) +<- app::Store::get<long> <- reader"
}

begin "C++: with all libraries in the program"
record "$planted/store.static" --stack-min 500us
store_has_lines
end

begin "C++: stripped, with a debug file by build-id, and without one"
strip -o "$tmp/store.stripped" "$planted/store"
id=$(readelf -n "$planted/store" | sed -n 's/.*Build ID: //p')
debug=/usr/lib/debug/.build-id/$(echo "$id" | cut -c 1-2)
mkdir -p "$debug"
debug=$debug/$(echo "$id" | cut -c 3-).debug
objcopy --only-keep-debug "$planted/store" "$debug"
record "$tmp/store.stripped" --stack-min 500us
store_has_lines
rm "$debug"
record "$tmp/store.stripped" --stack-min 500us
fw report "$tmp/data"
out_has 'waited at +[0-9]+ %  two_sites\+0x[0-9a-f]+'
out_lacks 'Store|store.cc'
end

begin "who holds a lock at the end, by what glibc has noted"
record_until 5 'Behind it.*waiting for ledger\)' "$planted/ab_ba"
fw report --all --format json "$tmp/data"
json "{(l['name'], h['comm'], h['evidence']) for l in j['locks']
	for h in l['holders']} ==
	{('journal', 'auditor', 'glibc'), ('ledger', 'poster', 'glibc')}"
fw report --all "$tmp/data"
out_has '^   Held at the end by [0-9]+ poster  \[glibc owner\]$'
end

begin "with frame pointers, and nothing inlined"
record "$planted/two_sites.O0" --stack-min 0
counts "n('evict (two_sites.c:$(line evict))') == 30"
counts "n('lookup (two_sites.c:$(line lookup))') == 10"
counts "n('main (') == 40 or n('main (', 'waker_sites') == 40"
end

begin "a static program"
record "$planted/two_sites.static" --stack-min 0
counts "n('evict (two_sites.c:$(line evict))') == 30"
counts "n('lookup (two_sites.c:$(line lookup))') == 10"
end

begin "without debug information there are the functions"
strip --strip-debug -o "$tmp/two_sites.g" "$planted/two_sites"
record "$tmp/two_sites.g" --stack-min 0
counts "n('evict') == 30 and n('lookup') == 10"
counts "n('evict (') == 0"
end

begin "without names there are places in the file, and they are told apart"
record "$planted/two_sites.stripped" --stack-min 0
counts "sorted(c for c in (sum(s['count'] for s in lock['sites']
	if s['stack'][i] == p) for i in range(1, 4) for p in
	{t['stack'][i] for t in lock['sites']}) if c in (10, 30))[:2] == [10, 30]"
counts "n('two_sites+0x') == 40"
end

begin "--stack-min leaves shorter waits out, and off all"
record "$planted/two_sites" --stack-min 1h
counts "lock['sites'] == [] and 'stacks' not in j"
record "$planted/two_sites" --stack-min off
counts "lock['sites'] == [] and 'stacks' not in j"
fw report "$tmp/data"
out_lacks 'stacks of'
end

begin "a flight recorder keeps the stacks, too"
record "$planted/two_sites" --stack-min 0 --overwrite
counts "n('lookup (two_sites.c:$(line lookup))') > 0"
end

begin "top tells them when it is asked to"
fw top --batch -n 1 --stack-min 0 --format json -- "$planted/two_sites"
status_is 0
counts "n('evict (two_sites.c:$(line evict))') == 30"
counts "n('lookup (two_sites.c:$(line lookup))') == 10"
fw top --batch -n 1 --format json -- "$planted/two_sites"
counts "lock['sites'] == []"
end

begin "a stack of a 32-bit program is not read, and said so"
if [ -x "$planted/two_sites32" ] && "$planted/two_sites32"; then
	record "$planted/two_sites32" --stack-min 0
	counts "n('') == 0 and j['stacks']['unread'] >= 80"
	fw report "$tmp/data"
	out_has 'could not be read \([0-9,]+ of 32-bit programs, which only why reads\)'
else
	skip="no 32-bit programs here"
fi
end

begin "a nonsensical --stack-min is a usage error"
fw record --stack-min soon -o "$tmp/data" -- true
status_is 2
err_has "neither a time .* nor off"
end

finish
