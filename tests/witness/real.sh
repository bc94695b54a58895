#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - witness: programs as they are found in the world
#
# For each: all that was produced was delivered or is told as dropped, and of
# the queued waits that ended woken at least 99.9 % have a waker. Programs that
# are not installed are skipped.

# The servers' scripts expand in their own shell.
# shellcheck disable=SC2016
# shellcheck source=tests/witness/tap.sh
. "$(dirname "$0")/tap.sh"

# holds PROGRAM...: record it, and look at the report's own books
holds() {
	"$build/futexwatch" record -q -o "$work/data" -- "$@" \
		>"$work/program" 2>&1 || {
		tail -n 3 "$work/program"
		return 1
	}
	"$build/futexwatch" report --format json "$work/data" |
		jq -re '"\(.events.produced) events, \(.events.dropped) " +
		"dropped; \(.explained.edges) of \(.explained.waits) waits",
		(.events.produced == .events.delivered + .events.dropped and
		.events.produced > 0 and .explained.percent >= 99.9 and
		all(.locks[]; ([.outcomes[]] | add) == .waits))'
}

# real NAME PROGRAM ARG...
real() {
	local name=$1

	shift
	if command -v "$1" >/dev/null; then
		check "$name" holds "$@"
	else
		skip "$name" "${1##*/} is not installed, or not built"
	fi
}

# A server with clients of its own, as one command.
server() {
	check "$1" holds bash -c "$2"
}

with_memcached() {
	if ! command -v memcached memcslap >/dev/null; then
		skip memcached "memcached or memcslap is not installed"
		return
	fi
	server memcached '
		memcached -u root -l 127.0.0.1 -p 21211 -t 4 & server=$!
		until memcping --servers=127.0.0.1:21211 2>/dev/null; do
			sleep 0.2
		done
		memcslap --servers=127.0.0.1:21211 --concurrency=4 \
			--execute-number=200; kill $server; wait $server; true'
}

with_redis() {
	if ! command -v redis-server redis-benchmark >/dev/null; then
		skip "Redis with I/O threads" "it is not installed"
		return
	fi
	server "Redis with I/O threads" '
		redis-server --port 21212 --io-threads 3 --save "" & server=$!
		until redis-cli -p 21212 ping 2>/dev/null; do sleep 0.2; done
		redis-benchmark -p 21212 -n 3000 -c 20 -t set,get -q
		redis-cli -p 21212 shutdown nosave; wait $server; true'
}

with_postgres() {
	local bin

	bin=$(find /usr/lib/postgresql -name initdb -printf '%h\n' 2>/dev/null |
		head -n 1)
	if [ -z "$bin" ]; then
		skip "PostgreSQL with pgbench" "it is not installed"
		return
	fi
	mkdir "$work/pg"
	chown postgres "$work" "$work/pg"
	server "PostgreSQL with pgbench" '
		pg() { setpriv --reuid=postgres --regid=postgres --clear-groups \
			env PATH="'"$bin"':$PATH" "$@"; }
		cd '"$work"'/pg && pg initdb -A trust -D data >/dev/null &&
		pg pg_ctl -D data -w -o "-k /tmp -p 21213" -l log start &&
		pg pgbench -h /tmp -p 21213 -i -q postgres &&
		pg pgbench -h /tmp -p 21213 -c 6 -j 2 -T 5 postgres
		status=$?; pg pg_ctl -D data -m fast -w stop; exit $status'
}

real "stress-ng --futex" stress-ng --futex 2 -t 5 -q
real "stress-ng --pthread" stress-ng --pthread 2 -t 5 -q
real "stress-ng --mutex" stress-ng --mutex 2 -t 5 -q
for bench in "hash -r 2" wake wake-parallel requeue "lock-pi -r 2"; do
	# shellcheck disable=SC2086
	real "perf bench futex $bench" perf bench futex $bench
done
real "sysbench threads" sysbench threads --threads=4 --time=5 run
real "sysbench mutex" sysbench mutex --threads=4 --mutex-loops=1000 \
	--mutex-locks=200 run
with_memcached
with_redis
with_postgres
real "a JVM" java -XshowSettings:vm -version
real "a Go program" "$build/tests/witness/goroutines"

done_testing
