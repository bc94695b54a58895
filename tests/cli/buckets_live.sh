#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: the hash buckets of programs that run
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

SLEEPERS=5
mkfifo "$tmp/orders"

begin "every bucket is known, and each queued wait is in one"
run "$futexwatch" record -o "$tmp/data" -- "$build/tests/known_wakers"
status_is 0
fw report --all --format json "$tmp/data"
status_is 0
json 'print(sum(l["asleep"] for l in j["locks"]),
	sum(l["scanned"] for l in j["locks"])) or True'
read -r asleep scanned <"$tmp/json"
[ "${asleep:-0}" -gt 100 ] || complain "only $asleep waits"
fw buckets --format json "$tmp/data"
status_is 0
json 'j["unknown_waits"] == 0'
json 'j["unknown_wakes"] * 100 <= sum(b["wakes"] for t in j["tables"]
	for b in t["buckets"])'
json 'j["tables"] and all(t["proved"] and t["disagreed"] == 0 and
	t["agreed"] > 0 for t in j["tables"])'
json "sum(b[\"queued\"] for t in j[\"tables\"] for b in t[\"buckets\"]) ==
	$asleep"
json "sum(b[\"scanned\"] for t in j[\"tables\"] for b in t[\"buckets\"]) >=
	$scanned > 0"
json 'all(b["index"] < t["size"] and b["peak"] > 0 and
	b["scanned"] >= b["woken"] + b["strangers"] and
	not b["waiters"] for t in j["tables"] for b in t["buckets"])'
end

begin "the model is that of the kernel"
run "$futexwatch" buckets --format json -- "$build/tests/known_wakers"
status_is 0
cp "$tmp/err" "$tmp/program"
tail -n 1 "$tmp/out" >"$tmp/last"
mv "$tmp/last" "$tmp/out"
case $(uname -r) in
[1-5].* | 6.[0-9].* | 6.1[0-5].*) model=global ;;
*) model=private ;;
esac
json "j[\"model\"] == \"$model\""
json "{t[\"table\"] for t in j[\"tables\"]} == {\"global\", \"$model\"}"
json 'all(t["size"] & (t["size"] - 1) == 0 for t in j["tables"])'
end

live() {
	"$futexwatch" info --format json | grep -q '"sessions_live": [1-9]'
}

begin "who sleeps is shown, in the order of arrival"
"$root/tests/cli/sleepers.py" $SLEEPERS <"$tmp/orders" >"$tmp/said" &
exec 3>"$tmp/orders"
until grep -q ready "$tmp/said"; do sleep 0.1; done
pid=$(cut -d ' ' -f 2 "$tmp/said")
"$futexwatch" buckets --format json -d 1h -p "$pid" >"$tmp/out" 2>"$tmp/err" &
watcher=$!
while kill -0 $watcher && ! live; do sleep 0.1; done
echo go >&3
until grep -q asleep "$tmp/said"; do sleep 0.1; done
tids=$(sed -n 's/^asleep //p' "$tmp/said" | tr ' ' ,)
kill -INT $watcher
wait $watcher
status_is 0
json "[[w[\"tid\"] for w in b[\"queue\"]] for t in j[\"tables\"]
	for b in t[\"buckets\"] if b[\"waiters\"] == $SLEEPERS] == [[$tids]]"
json "[(b[\"peak\"], b[\"queued\"], len(b[\"words\"]), b[\"collisions\"])
	for t in j[\"tables\"] for b in t[\"buckets\"]
	if b[\"waiters\"] == $SLEEPERS] == [($SLEEPERS, $SLEEPERS, 1, 0)]"
json 'all(w["queued_ns"] > 0 and w["op"] == "WAIT" for t in j["tables"]
	for b in t["buckets"] for w in b["queue"] if b["waiters"] > 1)'
end

begin "those who slept before are there, in no known order"
"$futexwatch" buckets --format json -d 1h -p "$pid" >"$tmp/out" 2>"$tmp/err" &
watcher=$!
while kill -0 $watcher && ! live; do sleep 0.1; done
echo wake >&3
until grep -q woken "$tmp/said"; do sleep 0.1; done
kill -INT $watcher
wait $watcher
exec 3>&-
wait
status_is 0
[ "$(sed -n 's/^woken //p' "$tmp/said")" = $SLEEPERS ] || complain "not all woke"
json "[(b[\"waiters\"], b[\"woken\"], b[\"scanned\"]) for t in j[\"tables\"]
	for b in t[\"buckets\"] if b[\"peak\"] == $SLEEPERS and
	not b[\"queued\"]] in ([],
	[(0, $SLEEPERS, $SLEEPERS)])"
end

finish
