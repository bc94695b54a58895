#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: words that processes share are one lock
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

mkfifo "$tmp/orders"

# Two processes whose memory is there, and that wait for the order to begin.
begin_sharing() {
	"$build/tests/shared_words$1" <"$tmp/orders" >"$tmp/said" &
	exec 3>"$tmp/orders"
	until grep -q pids "$tmp/said"; do sleep 0.1; done
	parent=$(cut -d ' ' -f 2 "$tmp/said")
	child=$(cut -d ' ' -f 3 "$tmp/said")
}

live() {
	"$futexwatch" info --format json | grep -q '"sessions_live": [1-9]'
}

# share_while COMMAND...: it watches while they make their calls
share_while() {
	"$@" >"$tmp/out" 2>"$tmp/err" &
	watcher=$!
	while kill -0 $watcher && ! live; do sleep 0.1; done
	echo go >&3
	while kill -0 $watcher && ! grep -q "done" "$tmp/said"; do sleep 0.1; done
	kill -INT $watcher
	wait $watcher
	status=$?
	exec 3>&-
	wait
}

# What 13 and 17 waits of one and 19 of the other must look like.
is_right() {
	json '[l["waits"] for l in j["locks"]].count(49) == 4'
	json 'all(l["outcomes"]["value_changed"] == 49 and l["shared"] and
	    l["pid"] == '"$parent"' and
	    [s["pid"] for s in l["sharers"]] == ['"$parent, $parent, $child"']
	    for l in j["locks"] if l["waits"] == 49)'
	json 'len({l["name"] for l in j["locks"] if l["waits"] == 49}) == 4'
	json 'sorted((l["waits"], l["pid"]) for l in j["locks"]
	    if l["waits"] != 49) == [(3, '"$child"'), (5, '"$parent"'),
	    (7, '"$parent"'), (11, '"$child"')]'
	json 'not any("sharers" in l for l in j["locks"] if l["waits"] != 49)'
}

for bits in "" 32; do
	[ -x "$build/tests/shared_words$bits" ] || continue
	begin "a report has one lock for a word of many addresses$bits"
	begin_sharing "$bits"
	share_while "$futexwatch" record -o "$tmp/data" -p "$parent" -p "$child"
	status_is 0
	fw report --format json "$tmp/data"
	is_right
	end

	begin "and so has top$bits"
	begin_sharing "$bits"
	share_while "$futexwatch" top --batch -n 1 -i 1h --format json \
		-p "$parent" -p "$child"
	is_right
	end
done

begin "the text says who shares it"
fw report "$tmp/data"
out_has '^2 processes'
out_has '^   also 0x[0-9a-f]+ of shared_words.* \(pid [0-9]+\), 0x'
end

finish
