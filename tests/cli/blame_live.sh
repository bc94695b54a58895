#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: what a report blames, on programs with a known fault
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

planted=$build/tests/planted

# report_of PROGRAM: as JSON, and as text in $tmp/text
report_of() {
	run "$futexwatch" record -o "$tmp/data" -- "$planted/$1"
	status_is 0
	fw report "$tmp/data"
	mv "$tmp/out" "$tmp/text"
	fw report --format json "$tmp/data"
	status_is 0
}

text_has() {
	grep -qE -e "$1" "$tmp/text" || complain "the text lacks: $1"
}

# found NAME FINDING...: the only ones of all
found() {
	json "{l['name']: l['findings'] for l in j['locks'] if l['findings']}
	    == {$1}"
}

begin "what a lock costs goes back to the one that its holder waits for"
report_of behind
json 'j["locks"][0]["name"] == "journal"'
# How much of it goes back depends on how busy the machine is, too.
json 'locks["journal"]["gain_ns"] > locks["journal"]["wait_ns"]["total"]'
json 'locks["index_lock"]["gain_ns"] < locks["index_lock"]["wait_ns"]["total"]'
json 'locks["journal"]["holders"][0]["comm"] == "syncer"'
json 'locks["journal"]["holders"][0]["evidence"] == "inferred"'
json '{h["comm"] for h in locks["index_lock"]["holders"]} == {"inserter"}'
json 'all(sum(h["total_ns"] for h in l["holders"]) <= l["wait_ns"]["total"]
    for l in j["locks"])'
json 'sum(h["total_ns"] for h in locks["journal"]["holders"])
    > 0.5 * locks["journal"]["wait_ns"]["total"]'
text_has '^1\. journal cost [45] threads '
text_has '^   Held longest by [0-9]+ syncer [0-9]+ %.*~$'
text_has '^   Removing it would gain at most .*: its threads lost [0-9]+ % of'
text_has ', but [0-9]+ % of that because holders waited for other locks\.$'
end

begin "a convoy"
report_of convoy
found '"ticket": ["convoy"]'
text_has '^ - convoy on ticket: [0-9]+ % of those it goes to queue again at'
end

begin "a herd"
report_of herd
json '["herd"] in [l["findings"] for l in j["locks"]
    if l["name"].startswith("come")]'
json 'not any(l["findings"] for l in j["locks"]
    if not l["name"].startswith("come"))'
text_has '^ - herd on come: [0-9]+ of the [0-9]+ that were woken in '
end

begin "wakes that find nobody, and waits that only time out"
report_of polls
fw report --all --format json "$tmp/data"
found '"doorbell": ["empty_wakes"], "never": ["timeouts"]'
text_has '^ - 100 % of the 300 wakes on doorbell find nobody\.$'
text_has '^ - 100 % of the 30 waits on never time out, after [0-9.]+ ms: a poll'
end

for program in healthy healthy.stripped; do
	begin "$program: no claim, and waiting for work is no contention"
	report_of $program
	found ''
	json 'not any(l["contention"] for l in j["locks"]
	    if l["kind"] == "condvar")'
	json '"condvar" in [l["kind"] for l in j["locks"]]'
	end
done

begin "kinds are told by debug information, else guessed"
run "$futexwatch" record --stack-min off -o "$tmp/data" -- \
	"$planted/healthy.stripped"
status_is 0
fw report --format json "$tmp/data"
json '{l["kind_evidence"] for l in j["locks"] if l["kind"] == "join"} <=
    {"told"}'
json '{l["kind_evidence"] for l in j["locks"]
    if l["kind"] in ("condvar", "semaphore", "barrier")} == {"guessed"}'
json '{"condvar", "semaphore", "barrier"} <= {l["kind"] for l in j["locks"]}'
report_of healthy
json 'locks["round_end"]["kind"] == "barrier"'
json 'locks["finished"]["kind"] == "semaphore"'
json 'locks["finished"]["kind_evidence"] == "told"'
end

finish
