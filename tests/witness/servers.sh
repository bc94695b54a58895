#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - witness: what why and report say of servers, against what they
# say themselves
#
# why needs no module, record does. Programs that are not installed are skipped.

# shellcheck source=tests/witness/tap.sh
. "$(dirname "$0")/tap.sh"

# until_says PATTERN ARG...: why, until a line of it fits; that is shown
until_says() {
	local pattern=$1

	shift
	for _ in $(seq 100); do
		"$build/futexwatch" why "$@" >"$work/why" 2>&1
		grep -E -m 1 -e "$pattern" "$work/why" && return
		sleep 0.1
	done
	head -n 20 "$work/why"
	return 1
}

# recorded FILTER ARG...: record that, and ask the report whether FILTER holds
recorded() {
	local filter=$1

	shift
	"$build/futexwatch" record -q -o "$work/data" "$@" >"$work/program" 2>&1 &&
		"$build/futexwatch" report --all --format json "$work/data" \
			>"$work/json" && jq -e "$filter" "$work/json" >/dev/null &&
		return
	tail -n 3 "$work/program"
	"$build/futexwatch" report "$work/data" | head -n 40
	return 1
}

pg() {
	setpriv --reuid=postgres --regid=postgres --clear-groups \
		env PATH="$bin:$PATH" HOME="$work/pg" "$@"
}

ask() {
	pg psql -h "$work/pg" -p 21214 -Atc "$1" postgres
}

# Whoever flushes the log sleeps with WALWriteLock, as commit_delay asks it to.
start_postgres() {
	mkdir "$work/pg" && chown postgres "$work" "$work/pg" &&
		cd "$work/pg" && pg initdb -A trust -D data >/dev/null &&
		pg pg_ctl -D data -w -l log -o "-k $work/pg -p 21214 \
-c listen_addresses= -c commit_delay=100000 -c commit_siblings=1" \
			start >/dev/null &&
		pg pgbench -h "$work/pg" -p 21214 -i -q postgres >/dev/null 2>&1
}

# why's groups of backends, beside what pg_stat_activity has just said
compare_postgres() {
	local backends=() pid

	for _ in $(seq 30); do
		backends=()
		for pid in $(ask "select pid from pg_stat_activity
where wait_event = 'WALWrite'"); do
			backends+=(-p "$pid")
		done
		[ ${#backends[@]} -ge 4 ] || continue
		"$build/futexwatch" why -v "${backends[@]}" >"$work/why" 2>&1
		grep -qE '^  [0-9]+ threads? in LWLock.*, semaphore: ' \
			"$work/why" && grep -q ' XLogFlush in ' "$work/why" &&
			break
	done
	echo "pg_stat_activity: $((${#backends[@]} / 2)) wait for WALWrite; why:"
	grep -E '^  [0-9]+ threads? in LWLock.*, semaphore: ' "$work/why"
	grep -E ' (PGSemaphoreLock|LWLock.*|XLogFlush) in ' "$work/why"
}

# What the server says of its backends, again and again.
sample_postgres() {
	while sleep 0.3; do
		ask "select wait_event_type || '|' || wait_event
from pg_stat_activity where backend_type = 'client backend'
and wait_event is not null and pid <> pg_backend_pid()"
	done >"$work/samples"
}

# The benchmark waits for sockets alone; report is to tell of the servers.
report_postgres() {
	local sampler status

	sample_postgres &
	sampler=$!
	recorded '[.locks[] | select(.process == "postgres" and .contention)] |
		length > 1 and any(.[]; .kind == "semaphore")' \
		-a -- setpriv --reuid=postgres --regid=postgres --clear-groups \
		"$bin/pgbench" -N -n -h "$work/pg" -p 21214 -c 8 -j 2 -T 6 postgres
	status=$?
	kill "$sampler"
	echo "pg_stat_activity:"
	sort "$work/samples" | uniq -c | sort -rn | head -n 3
	"$build/futexwatch" report "$work/data" >"$work/report"
	grep -m 3 -E '^   (waited|woken) at' "$work/report"
	[ $status -eq 0 ] && grep -qx 'LWLock|WALWrite' "$work/samples" &&
		grep -qE 'waited at .* LWLockAcquireOrWait +<- XLogFlush ' \
			"$work/report" &&
		grep -qE 'woken at .* LWLockRelease +<- XLogFlush ' \
			"$work/report" &&
		! grep -qE ' at .* PGSemaphore' "$work/report"
}

with_postgres() {
	local bench

	bin=$(find /usr/lib/postgresql -name initdb -printf '%h\n' 2>/dev/null |
		head -n 1)
	if [ -z "$bin" ]; then
		skip PostgreSQL "it is not installed"
		return
	fi
	start_postgres || echo "# PostgreSQL does not start"
	check "PostgreSQL's waits have functions in a report" report_postgres
	pg pgbench -N -n -h "$work/pg" -p 21214 -c 8 -j 2 -T 600 postgres \
		>/dev/null 2>&1 &
	bench=$!
	check "PostgreSQL waits for WALWrite in XLogFlush" compare_postgres
	kill "$bench"
	pg pg_ctl -D "$work/pg/data" -m immediate -w stop >/dev/null
	cd "$OLDPWD" || exit
}

with_redis() {
	local server

	if ! command -v redis-server redis-cli >/dev/null; then
		skip "Redis with I/O threads" "it is not installed"
		return
	fi
	redis-server --port 21215 --io-threads 4 --save "" >/dev/null 2>&1 &
	server=$!
	check "Redis's main thread keeps its I/O threads with their mutexes" \
		until_says "io_thd_3 .*io_threads_mutex\\+0x78 \\(mutex\\)  held by $server  \\[glibc owner\\]" \
		-p "$server"
	check "Redis's jobs in the background have nothing to do" \
		until_says '3 threads in bioProcessBackgroundJobs, condvar: ' \
		-p "$server"
	check "Redis: a report tells who keeps the I/O threads, and who is idle" \
		recorded '([.locks[] | select(.name |
		startswith("io_threads_mutex"))] | length == 3 and
		all(.[]; .kind == "mutex" and .holders[0].comm == "redis-server" and
		any(.sites[].stack[]; startswith("IOThreadMain")))) and
		all(.locks[] | select(.kind == "condvar"); .contention | not)' \
		-a -- redis-benchmark -p 21215 -n 4000 -c 40 -P 8 -t set,get -q
	kill "$server"
}

with_python() {
	local program

	if [ ! -x /usr/bin/python3 ]; then
		skip CPython "it is not installed"
		return
	fi
	/usr/bin/python3 -c '
import threading
lock = threading.Lock()
lock.acquire()
for i in range(3):
    threading.Thread(target=lock.acquire, daemon=True).start()
threading.Event().wait()' &
	program=$!
	check "CPython's locks are semaphores" \
		until_says '4 threads in PyThread_acquire_lock_timed, semaphore: ' \
		-p "$program"
	kill "$program"
	check "CPython's threads wait for the interpreter lock, with a timeout" \
		recorded '[.locks[] | select(.kind == "condvar" and .contention and
		(.name | startswith("_PyRuntime+")) and .outcomes.timed_out > 0 and
		any(.sites[].stack[]; startswith("_PyEval_EvalFrameDefault")))] |
		length > 0' -- /usr/bin/python3 -c '
import threading, time
end = time.monotonic() + 3
def work():
    n = 0
    while time.monotonic() < end:
        for i in range(1000):
            n += i
for i in range(4):
    threading.Thread(target=work).start()'
}

# opens: 5,000 threads that all sleep go on, one after the other
opens() {
	local crowd=$build/tests/planted/crowd program
	local place="await_opening \\(crowd.c:[0-9]+\\)"

	mkfifo "$work/gate"
	"$build/futexwatch" record -q -o "$work/data" -- "$crowd" \
		<"$work/gate" >"$work/program" 2>&1 &
	exec 9>"$work/gate"
	until program=$(pgrep -P $! -x crowd); do sleep 0.1; done
	if ! until_says "^  5000 threads in $place, condvar: " -p "$program" ||
		grep 'are missing' "$work/why"; then
		kill -9 "$program"
		exec 9>&-
		return 1
	fi
	exec 9>&-
	wait $! || return 1
	"$build/futexwatch" report --all --format json "$work/data" |
		jq -re '"\(.events.produced) events, \(.events.dropped) dropped; " +
		"stacks: \(.stacks)", ((.events.produced ==
		.events.delivered + .events.dropped) and
		([.locks[] | select(.kind == "condvar").waits] | add) +
		.events.dropped >= 5000 and
		any(.locks[]; .name == "narrow" and .kind == "mutex"))'
}

build=$(readlink -f "$build")
with_postgres
with_redis
with_python
check "5,000 threads" opens

done_testing
