#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: programs at a known standstill, and what why says
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck source=tests/planted/lib.sh
. "$(dirname "$0")/../planted/lib.sh"

# line SOURCE NAME: where "here: NAME" stands
line() {
	echo "$1:$(grep -n "here: $2 " "$root/tests/planted/$1" | cut -d: -f1)"
}

# variants PROGRAM: those that were built
variants() {
	for variant in "" .O0 .static 32; do
		[ ! -x "$planted/$1$variant" ] || echo "$1$variant"
	done
}

for program in $(variants ab_ba); do
	begin "$program: two mutexes, both threads, both lines"
	start_pinned "$planted/$program"
	until_so 5 '^Behind it.* [0-9]+ \(waiting for ledger\)' -p $pid
	out_has "^DEADLOCK: 2 threads of $program \\($pid\\) wait for each other"
	[ "$(grep -c DEADLOCK "$tmp/out")" -eq 1 ] || complain "more than one"
	out_has '^  [0-9]+ poster +waits for  journal \(mutex\) +held by [0-9]+  \[glibc owner\]$'
	out_has '^  [0-9]+ auditor +waits for  ledger \(mutex\) +held by [0-9]+  \[glibc owner\]$'
	out_has "^ +at post_entry \\($(line ab_ba.c post)\\)"
	out_has "^ +at write_audit \\($(line ab_ba.c audit)\\)"
	out_has "^Behind it.* $pid \\(waiting for join of thread [0-9]+ \\(poster\\)\\)"
	out_has "^  2 threads in pool_wait \\($(line ab_ba.c pool)\\), condvar: "
	err_empty
	[ ! -e /proc/self/sched ] ||
		out_has '^DEADLOCK: .* wait for each other, for at least [0-9]'
	stop
	end
done

begin "ab_ba.stripped: the same without names"
start "$planted/ab_ba.stripped"
until_so 5 'Behind it.*\+0x[0-9a-f]+\)' -p $pid
out_has '^  [0-9]+ poster +waits for  ab_ba.stripped\+0x[0-9a-f]+ \(mutex\)'
out_has '^       at ab_ba.stripped\+0x[0-9a-f]+'
out_lacks 'post_entry'
stop
end

begin "JSON: cycle, holders, lines, those behind"
start "$planted/ab_ba"
until_so 5 '"reader"' -p $pid --format json
poster=$(grep -l poster /proc/$pid/task/*/comm | cut -d/ -f5)
auditor=$(grep -l auditor /proc/$pid/task/*/comm | cut -d/ -f5)
json 'j["schema"] == "futexwatch/why/1"'
json "sorted(j['cycles'][0]) == sorted([$poster, $auditor]) and len(j['cycles']) == 1"
json "[t for t in j['threads'] if t['tid'] == $poster and t['pid'] == $pid
	and t['comm'] == 'poster' and t['holder'] == $auditor and t['name'] == 'journal'
	and t['evidence'] == 'glibc' and t['waited_ns'] == t['asleep_ns'] and t['kind'] == 'mutex'
	and t['function'] == 'post_entry' and t['file'].endswith('ab_ba.c')
	and t['line'] == $(line ab_ba.c post | cut -d: -f2) and t['state'] == 'asleep'
	and 'post_entry ($(line ab_ba.c post))' in t['stack'] and t['address'][:2] == '0x']"
json '[t["evidence"] for t in j["threads"] if t["comm"] == "idler-1"] == ["unknown"]'
json '[t["holder"] for t in j["threads"] if t["comm"] == "idler-1"] == [None]'
json 'all(t["waited_evidence"] == ("inferred" if t["asleep_ns"] else "unknown")
	and t["watched"] is None for t in j["threads"])'
json "$pid in j['blocked'] and len(j['blocked']) == 2 and len(j['threads']) == 6"
end

begin "a graph for Graphviz"
fw why -p $pid --format dot
status_is 5
out_has '^digraph why \{$'
out_has "^	t$poster -> t$auditor \\[label=\"journal\\\\nglibc\", color=red"
out_has "^	t$pid -> t$poster \\[label=\"join of thread $poster"
[ "$(tail -n 1 "$tmp/out")" = "}" ] || complain "it does not end"
end

begin "one thread leads to the whole cycle"
fw why -t "$poster"
status_is 5
out_has '^  [0-9]+ auditor +waits for  ledger'
out_lacks idler
end

begin "the whole machine: found there, too"
fw why -a
status_is 5
out_has "^DEADLOCK: 2 threads of ab_ba \\($pid\\)"
end

begin "-v shows all frames, -o takes them"
fw why -v -p $pid -o "$tmp/file"
status_is 5
out_empty
grep -qE '#[0-9]+ +.* in /.*/libc.so.6$' "$tmp/file" || complain "no frame of libc"
stop
end

for program in $(variants three); do
	begin "$program: a cycle through rwlock, PI mutex and mutex"
	start "$planted/$program"
	until_so 5 '^Behind it.* [0-9]+ \(waiting for index_lock\)' -p $pid
	out_has "^DEADLOCK: 3 threads of $program"
	out_has 'poster +waits for  index_lock \(rwlock, write\) +held by [0-9]+  \[glibc owner\]'
	out_has 'rebuilder +waits for  audit \(PI mutex\) +held by [0-9]+  \[exact\]'
	out_has 'auditor +waits for  ledger \(mutex\) +held by [0-9]+  \[glibc owner\]'
	for place in post_entry:write rebuild_index:pi write_audit:mutex; do
		out_has "at ${place%:*} \\($(line three.c ${place#*:})\\)"
	done
	stop
	end
done

for program in $(variants alone); do
	begin "$program: it waits for itself, on the heap"
	start "$planted/$program"
	until_so 5 DEADLOCK -p $pid
	out_has "^DEADLOCK: thread [0-9]+ filler of $program \\($pid\\) waits for itself"
	out_has "filler +waits for  mutex in cache_get \\($(line alone.c again)\\)"
	out_has "at cache_get \\($(line alone.c again)\\) <- ~?cache_fill "
	stop
	end
done

for how in "" robust; do
	begin "two_processes $how: one cycle through shared memory"
	# shellcheck disable=SC2086 # nothing is no argument
	start "$planted/two_processes" $how
	until_so 5 DEADLOCK -p $pid
	out_has '^DEADLOCK: 2 threads of several processes'
	out_has "^  $pid two_processes +waits for  anon_shmem\\+0x28 \\((robust )?mutex\\)"
	out_has 'the_child +waits for  anon_shmem\+0x0 '
	out_has "held by $pid  \\[$([ -z "$how" ] && echo glibc owner || echo exact)\\]"
	out_has "at parent_side \\($(line two_processes.c parent)\\)"
	out_has "at child_side \\($(line two_processes.c child)\\)"
	stop
	end
done

for program in $(variants join); do
	begin "$program: it joins who waits for its lock"
	start "$planted/$program"
	until_so 5 DEADLOCK -p $pid
	out_has "$pid join.* +waits for  join of thread [0-9]+ \\(reporter\\) +ended by"
	out_has "reporter +waits for  state_lock \\(mutex\\) +held by $pid "
	out_has "at shut_down \\($(line join.c join)\\)"
	out_has "at report_state \\($(line join.c lock)\\)"
	stop
	end
done

for program in $(variants pi_chain); do
	begin "$program: to the end of the chain, and what is done there"
	start "$planted/$program"
	until_so 0 '  [0-9]+ taker +waits for  outer' -p $pid
	out_has '^No deadlock found\. 2 threads wait on a futex, 2 for'
	out_has '^  [0-9]+ taker  waits for  outer \(PI mutex\)  held by [0-9]+  \[exact\]$'
	out_has "^ +at take \\($(line pi_chain.c first)\\)"
	out_has '^  -> [0-9]+ middle  waits for  inner \(PI mutex\)  held by [0-9]+  \[exact\]$'
	out_has '^     -> [0-9]+ feeder, asleep in read\([0-9]+: pipe from itself\)$'
	out_has "^ +at read_feed \\($(line pi_chain.c read)\\)"
	out_lacks DEADLOCK
	stop
	end
done

begin "reader: the holder reads; two wait, and are told of once"
start "$planted/reader"
until_so 0 'also waiting: [0-9]+ taker-' -p $pid
out_has 'taker-.  waits for  queue_lock \(mutex\)  held by'
out_has '^  -> [0-9]+ filler, asleep in read\([0-9]+: pipe from itself\)$'
out_has "at fill_queue \\($(line reader.c read)\\)"
fw why -p $pid --format json
status_is 0
json '[h["syscall"][:5] for h in j["holders"]] == ["read("] and j["cycles"] == []'
stop
end

begin "reader stdin: a pipe from another process"
start python3 -c 'import os, subprocess, sys
p = subprocess.Popen(["sleep", "600"], stdout=subprocess.PIPE)
os.dup2(p.stdout.fileno(), 0)
open(sys.argv[2], "w").write(str(p.pid))
os.execv(sys.argv[1], [sys.argv[1], "stdin"])' "$planted/reader" "$tmp/writer"
until_so 0 'also waiting: [0-9]+ taker-' -p $pid
out_has "^  -> [0-9]+ filler, asleep in read\\(0: pipe from $(cat "$tmp/writer")\\)"
kill "$(cat "$tmp/writer")"
stop
end

begin "reader compute: the holder is on a CPU, or wants to be"
start "$planted/reader" compute
until_so 0 'also waiting: [0-9]+ taker-' -p $pid
out_has '^  -> [0-9]+ filler, (on CPU [0-9]+|runnable, waits for a CPU)$'
stop
end

# odd HOW PATTERN: no deadlock, and this is said
odd() {
	for program in odd odd32; do
		[ -x "$planted/$program" ] || continue
		begin "$program $1: a sentence, and no wrong name"
		start "$planted/$program" "$1"
		until_so 0 "$2" -p $pid
		out_lacks DEADLOCK
		[ "$1" = timed ] || [ "$1" = vector ] || out_lacks 'held by [0-9]+  '
		fw why -p $pid --format json
		json 'j["cycles"] == []'
		stop
		end
	done
}

odd gone 'its owner field says [0-9]+, no thread that could hold it'
odd junk 'what lies there is no mutex'
odd number 'its owner field says 1, no thread that could hold it'
odd timed '^CYCLE: 2 threads .* until a timeout ends it: no deadlock'
odd readers 'held by 1 reader; glibc does not note which'
odd vector 'also waiting: [0-9]+ vector|vector  waits for  first'

begin "cache: C++, two locks on the heap that are waited for in one line"
start "$planted/cache"
until_so 5 'Behind' -p $pid
out_has "cache +waits for  mutex in app::Cache::evict \\($(line cache.cc evict)\\) 0x"
out_has "^ +at app::Cache::evict \\($(line cache.cc evict)\\) <- app::Cache::get<long> \\($(line cache.cc get)\\)"
out_has "1 thread in app::Cache::idle \\($(line cache.cc idle)\\), condvar"
fw why -v -p $pid
out_has '#[0-9]+ +std::mutex::lock .*\(inlined\)$'
stop
end

begin "the same without an index of addresses, as most compilers leave it out"
objcopy -R .debug_aranges "$planted/cache" "$tmp/cache"
start "$tmp/cache"
until_so 5 'Behind' -p $pid
out_has "^ +at app::Cache::evict \\($(line cache.cc evict)\\) <- app::Cache::get<long> \\($(line cache.cc get)\\)"
stop
end

begin "pulse: where threads were that moved on while they were looked at"
start "$planted/pulse"
until_so 0 'woken meanwhile; seen before that:$' -p $pid
out_has "^  [1-8] threads? in await_pulse \\($(line pulse.c pulse)\\), condvar: [0-9]+ follower"
stop
end

begin "atomics: what C++20 builds on them"
start "$planted/atomics"
until_so 0 '5 threads wait' -p $pid
out_has "1 thread in wait_ready \\($(line atomics.cc atomic)\\), atomic: "
out_has "1 thread in take_slot \\($(line atomics.cc semaphore)\\), semaphore: "
out_has "1 thread in wait_done \\($(line atomics.cc latch)\\), atomic: "
out_has "1 thread in meet \\($(line atomics.cc barrier)\\), barrier: "
fw why -p $pid --format json
json 'sorted(t["kind"] for t in j["threads"]) == ["atomic", "atomic", "barrier", "join", "semaphore"]'
fw why -v -p $pid
out_has '#[0-9]+ +_start in '
stop
end

begin "rusty: each lock of Rust's library, and where it is waited for"
if [ -x "$planted/rusty" ]; then
	start "$planted/rusty"
	until_so 0 '8 threads wait' -p $pid
	for place in take_ledger:mutex:mutex write_table:write:rwlock \
		read_table:read:rwlock await_turn:condvar:condvar \
		drain:recv:park; do
		name=${place%%:*} kind=${place##*:} place=${place#*:}
		out_has "1 thread in rusty::$name \\($(line rusty.rs "${place%:*}")\\), $kind: "
	done
	out_has "\\($(line rusty.rs barrier)\\), (condvar|barrier): [0-9]+ early"
	out_has "\\($(line rusty.rs once)\\), once: [0-9]+ second"
	out_has 'waits for  join of thread [0-9]+ \(maker\)'
	out_has "at rusty::main \\($(line rusty.rs join)\\)"
	stop
	strip --strip-debug -o "$tmp/rusty" "$planted/rusty"
	start "$tmp/rusty"
	until_so 0 '8 threads wait' -p $pid
	out_has '1 thread in rusty::take_ledger, mutex: '
	out_has '1 thread in rusty::await_turn, condvar: '
	stop
else
	skip="there was no rustc"
fi
end

begin "given: a lock that the program has named, robust, of libfutexsync"
start "$planted/given"
until_so 0 'taker  waits for  queue 7: jobs \(robust mutex\)  held by [0-9]+  \[exact\]' -p $pid
out_has "at take \\($(line given.c take)\\)"
out_has "^  -> [0-9]+ filler, asleep in read\\([0-9]+: pipe from itself\\)"
stop
end

begin "odd fork: a lock that was held at fork stays held in the child"
start "$planted/odd" fork
tries=0
until child=$(cat "/proc/$pid/task/$pid/children") && [ -n "$child" ] ||
	[ $tries -gt 100 ]; do
	tries=$((tries + 1))
	sleep 0.1
done
child=${child% }
until_so 0 'waits for  first \(mutex\)' -p "$child"
owner=$(grep -l owner /proc/$pid/task/*/comm | cut -d/ -f5)
out_has "held for ever: thread $owner of its parent had it when this"
fw why -p "$child" --format json
json 'j["threads"][0]["holder"] is None and j["threads"][0]["note"] == "held at fork"'
stop
end

begin "odd stack: stacks that are rubbish end, and the rest is told"
start "$planted/odd" stack
until_so 0 'also waiting:( [0-9]+ (waiter|rubbish),?){6}$' -p $pid
err_empty
fw why -v -p $pid --format json
status_is 0
err_empty
json "all(t['holder'] == $pid and t['name'] == 'first' for t in j['threads'])"
json 'all(len(t["stack"]) <= 128 for t in j["threads"])'
stop
end

begin "a wait that goes on after a signal is the same wait"
start "$planted/odd" timed
until_so 0 '^CYCLE' -p $pid
kill -STOP $pid
until_so 0 'threads are stopped' -p $pid
kill -CONT $pid
until_so 0 '^CYCLE: 2 threads' -p $pid
grep -q '^219 ' /proc/$pid/task/*/syscall || complain "it was not restarted"
out_has 'timed +waits for  second \(mutex\)'
stop
end

begin "a busy program is never accused, in a hundred looks"
start "$planted/busy"
until_so 0 'held by' -p $pid
looks=0
while [ $looks -lt 100 ]; do
	looks=$((looks + 1))
	run "$build/futexwatch" why -p $pid
	[ "$status" -eq 0 ] || complain "look $looks: status $status"
	out_lacks DEADLOCK
	out_lacks CYCLE
done
stop
end

finish
