#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: what words are called, live and in recordings
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck source=tests/planted/lib.sh
. "$(dirname "$0")/../planted/lib.sh"

# report_of COMMAND...: records it, and looks when it is gone
report_of() {
	run "$futexwatch" record -o "$tmp/data" -- "$@"
	status_is 0
	fw report --all --format json "$tmp/data"
	status_is 0
}

# kind_is NAME KIND
kind_is() {
	json "locks[\"$1\"][\"kind\"] == \"$2\""
}

members() {
	json 'locks["pool.lock"]["object"].find("planted/words") > 0'
	kind_is pool.lock mutex
	kind_is 'slots[2][1].in[1].items' semaphore
	kind_is 'slots[2][1].in[0].filled' condvar
	kind_is guard mutex
}

joined='[l for l in j["locks"] if l["kind"] == "join" and l["asleep"]]'

for program in words words.static words.O0; do
	begin "$program: members by debug information, when it is gone"
	report_of "$planted/$program"
	members
	json "[l['name'].split()[:3] for l in $joined] ==
	    [['join', 'of', 'thread']]"
	json "all(l['name'].endswith('(shortlived)') for l in $joined)"
	end
done

begin "top and trace have them, too"
fw top --batch -n 1 --all --format json -- "$planted/words"
members
fw trace -- "$planted/words"
out_has 'WAIT.* join of thread [0-9]+'
end

begin "C++: namespaces, bases, arrays, static members"
report_of "$planted/words_cxx"
kind_is app::store.turn mutex
kind_is app::Store::journal mutex
kind_is 'app::store.shards[3]' mutex
kind_is app::store.filled condvar
end

begin "without symbols it is the file and the offset, and that is said"
report_of "$planted/words.stripped"
json 'any(n.startswith("words.stripped+0x") for n in locks)'
fw report --all "$tmp/data"
out_has '^   0x[0-9a-f]+ in anon of .*; no name: memory without a name'
end

begin "separate debug files are found by build-id"
id=$(readelf -n "$planted/words" | sed -n 's/.*Build ID: //p')
where=/usr/lib/debug/.build-id/$(echo "$id" | cut -c 1-2)
mkdir -p "$where"
objcopy --only-keep-debug "$planted/words" \
	"$where/$(echo "$id" | cut -c 3-).debug"
report_of "$planted/words.stripped"
members
rm "$where/$(echo "$id" | cut -c 3-).debug"
end

begin "compressed debug information"
objcopy --compress-debug-sections "$planted/words" "$tmp/packed"
report_of "$tmp/packed"
kind_is pool.lock mutex
end

begin "damaged debug information costs the member, not the tool"
for section in .debug_info .debug_abbrev; do
	python3 -c 'import random, subprocess, sys
file, section = sys.argv[1:]
for line in subprocess.check_output(["readelf", "-SW", file], text=True).split("\n"):
    words = line.replace("[ ", "[").split()
    if len(words) > 5 and words[1] == section:
        offset, size = int(words[4], 16), int(words[5], 16)
data = bytearray(open(file, "rb").read())
random.seed(7)
for i in range(offset + 12, offset + size):
    if random.random() < 0.3:
        data[i] = random.randrange(256)
open(sys.argv[1], "wb").write(data)' "$(cp "$planted/words" "$tmp/torn" &&
		echo "$tmp/torn")" $section || complain "no $section"
	report_of "$tmp/torn"
	json 'any(n.startswith("pool") for n in locks)'
	json 'any(l["kind"] == "join" for l in j["locks"])'
done
end

# In a shell that starts it often: nobody else would know when.
begin "processes that live for milliseconds have names, too"
report_of "$planted/brief"
kind_is brief.lock mutex
run "$futexwatch" record -o "$tmp/data" -- sh -c \
	"for i in 1 2 3 4 5 6 7 8; do $planted/brief; done"
fw report --all --format json "$tmp/data"
json '[(l["name"], l["process"]) for l in j["locks"]] ==
    8 * [("brief.lock", "brief")]'
fw top --batch -n 1 --all --format json -- sh -c \
	"for i in 1 2 3 4 5 6 7 8; do $planted/brief; done"
json '[l["name"] for l in j["locks"]] == 8 * ["brief.lock"]'
end

# Without debug information, so that the symbol alone tells.
begin "by now the file at the path is another: no name, not a wrong one"
objcopy -g "$planted/brief" "$tmp/right"
objcopy -g --redefine-sym brief=wrong "$planted/brief" "$tmp/wrong"
for how in "mv wrong2 it" "cat wrong >it" "rm it; cp wrong it"; do
	cp "$tmp/wrong" "$tmp/wrong2"
	run "$futexwatch" record -o "$tmp/data" -- sh -c \
		"cd '$tmp' && rm -f it && cp right it && ./it && $how"
	fw report --all --format json "$tmp/data"
	json 'len([1 for l in j["locks"] if l["process"] == "it"
	    and not l["name"].startswith("wrong")]) == 1'
done
end

begin "what was built a moment before has its name"
run "$futexwatch" record -o "$tmp/data" -- sh -c \
	"cd '$tmp' && cp right new && ./new && rm it && cp right it && ./it"
fw report --all --format json "$tmp/data"
json '[l["name"] for l in j["locks"] if l["process"] in ("it", "new")]
    == 2 * ["brief+0x8"]'
end

# It is met under its first name, and looked at again long after it has another.
begin "a thread that is renamed goes by its last name"
cat >"$tmp/renamed.py" <<'END'
import ctypes, sys, threading, time
lock = threading.Lock()
lock.acquire()
lock.acquire(timeout=0.001)
time.sleep(0.7)
ctypes.CDLL(None).prctl(15, b"second", 0, 0, 0)
open(sys.argv[1], "w")
lock.acquire()
END
"$futexwatch" record -q -d 1h -o "$tmp/data" -- \
	python3 "$tmp/renamed.py" "$tmp/there" 2>"$tmp/err" &
pid=$!
until_there "$tmp/there"
kill -INT $pid
wait $pid
fw report --all --format json "$tmp/data"
json '{l["process"] for l in j["locks"] if l["waits"]} == {"second"}'
end

begin "names that programs give go before those of symbols"
record_until 0 'taker +waits for ' "$planted/given"
fw report --all --format json "$tmp/data"
kind_is "queue 7: jobs" unknown
end

begin "a join that goes on is known in a recording"
record_until 5 'reporter +waits for ' "$planted/join"
fw report --all --format json "$tmp/data"
json '[l["kind"] for l in j["locks"] if l["name"].startswith("join of thread")
    and l["name"].endswith("(reporter)") and l["outcomes"]["waiting"]]
    == ["join"]'
end

finish
