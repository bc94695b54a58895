#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: what why says of processes that are not as they should be
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck source=tests/planted/lib.sh
. "$(dirname "$0")/../planted/lib.sh"

begin "nobody named is a usage error"
fw why
status_is 2
out_empty
err_is_one_sentence why
err_has 'whom to look at'
end

begin "formats that it does not have"
for format in csv svg; do
	fw why -a --format $format
	status_is 2
	err_has "is not a format \\(table, json or dot\\)"
done
end

begin "to watch for a while takes the module"
if [ -e /dev/futexwatch ]; then
	skip="it is here"
else
	fw why -d 1 -a
	status_is 3
	out_empty
	err_is_one_sentence why
	err_has 'modprobe futexwatch'
fi
end

begin "a process that is not there"
fw why -p 4194304
status_is 1
out_empty
err_is_one_sentence why
err_has 'there is no process 4194304'
fw why -t 4194304
status_is 1
err_has 'there is no thread 4194304'
end

begin "a zombie has ended"
sh -c 'true & exec sleep 60' >/dev/null 2>&1 </dev/null &
pid=$!
tries=0
zombie=
while [ -z "$zombie" ] && [ $tries -lt 100 ]; do
	sleep 0.1
	tries=$((tries + 1))
	# shellcheck disable=SC2013 # numbers, all on one line
	for child in $(cat "/proc/$pid/task/$pid/children"); do
		! grep -q '^State:.Z' "/proc/$child/status" || zombie=$child
	done
done
fw why -p "${zombie:-1}"
status_is 1
err_has 'no process [0-9]+, or it has ended'
stop
end

begin "a thread of the kernel's own"
if [ "$(cat /proc/2/comm)" = kthreadd ]; then
	fw why -p 2
	status_is 1
	err_has "2 is a thread of the kernel's own"
else
	skip="none is to be seen here"
fi
end

begin "the number of a thread is no process"
start "$planted/ab_ba"
until_so 5 'Behind' -p $pid
thread=$(grep -l auditor /proc/$pid/task/*/comm | cut -d/ -f5)
fw why -p "$thread"
status_is 1
err_is_one_sentence why
err_has "$thread is a thread of process $pid \\(try: -t $thread\\)"
end

begin "another user's process is refused in a sentence"
if [ "$(id -u)" -eq 0 ] && setpriv --reuid 65534 --clear-groups true; then
	chmod 755 "$tmp"
	cp "$build/futexwatch" "$tmp/fw"
	run setpriv --reuid 65534 --clear-groups "$tmp/fw" why -p $pid
	status_is 1
	out_empty
	err_is_one_sentence why
	err_has "cannot look into process $pid: .*run as its owner or as root"
	run setpriv --reuid 65534 --clear-groups "$tmp/fw" why -a
	err_has 'processes are not ours to look into'
	out_lacks "$pid"
else
	skip="this is not root"
fi
stop
end

begin "one's own process needs no privileges"
if [ "$(id -u)" -eq 0 ] && setpriv --reuid 65534 --clear-groups true; then
	cp "$planted/ab_ba" "$tmp/own"
	chmod 755 "$tmp/own"
	start setpriv --reuid 65534 --clear-groups "$tmp/own"
	tries=0
	until [ "$status" -eq 5 ] || [ $tries -gt 100 ]; do
		run setpriv --reuid 65534 --clear-groups "$tmp/fw" why -p $pid
		tries=$((tries + 1))
		sleep 0.1
	done
	status_is 5
	out_has 'at post_entry \(ab_ba.c:'
	rm "$tmp/own"
	run setpriv --reuid 65534 --clear-groups "$tmp/fw" why -p $pid
	status_is 5
	out_has 'poster +waits for  journal \(mutex\)'
	out_has 'at post_entry \(ab_ba.c:'
	stop
else
	skip="this is not root"
fi
end

begin "a program whose file was deleted"
cp "$planted/ab_ba" "$tmp/deleted"
start "$tmp/deleted"
until_so 5 'Behind' -p $pid
rm "$tmp/deleted"
fw why -p $pid
status_is 5
out_has 'poster +waits for  journal \(mutex\)'
end

begin "and was replaced by another"
cp "$planted/three" "$tmp/deleted"
fw why -p $pid
status_is 5
out_lacks 'rebuild|index_lock|three\.c'
out_has 'at post_entry \(ab_ba.c:'
stop
end

begin "names that would break lines, or move the cursor"
odd=$(printf '%s/a\nb \033[2J (deleted)' "$tmp")
mkdir "$odd"
cp "$planted/ab_ba.stripped" "$odd/x)  S"
start "$odd/x)  S"
until_so 5 'Behind' -p $pid
! grep -q "$(printf '\033')" "$tmp/out" || complain "control characters"
out_has 'poster +waits for  x\)  S\+0x[0-9a-f]+ \(mutex\)'
stop
end

begin "debug information in a file of its own, compressed"
cp "$planted/ab_ba" "$tmp/parted"
objcopy --only-keep-debug --compress-debug-sections "$tmp/parted" \
	"$tmp/parted.debug"
objcopy --strip-all --add-gnu-debuglink="$tmp/parted.debug" "$tmp/parted"
start "$tmp/parted"
until_so 5 'Behind' -p $pid
out_has 'at post_entry \(ab_ba.c:[0-9]+\)'
stop
end

begin "debug information that is garbage"
cp "$planted/ab_ba" "$tmp/garbage"
python3 - "$tmp/garbage" <<'END' || complain "cannot spoil it"
import random, subprocess, sys
random.seed(5)
lines = subprocess.run(["readelf", "-SW", sys.argv[1]], text=True,
                       capture_output=True).stdout.split("\n")
data = bytearray(open(sys.argv[1], "rb").read())
for line in lines:
    part = line.replace("[ ", "[").split()
    if len(part) > 5 and part[1].startswith(".debug_"):
        start, size = int(part[4], 16), int(part[5], 16)
        for i in range(start, start + size, 3):
            data[i] = random.randrange(256)
open(sys.argv[1], "wb").write(data)
END
start "$tmp/garbage"
until_so 5 'Behind' -p $pid
out_has 'poster +waits for  journal \(mutex\)'
stop
end

begin "a PID namespace: owners have other numbers there"
if unshare --pid --fork true 2>/dev/null; then
	start unshare --pid --fork --kill-child "$planted/ab_ba"
	inner=
	tries=0
	while [ -z "$inner" ] && [ $tries -lt 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
		inner=$(cat "/proc/$pid/task/$pid/children")
	done
	inner=${inner% }
	until_so 5 'Behind' -p "$inner"
	poster=$(grep -l poster "/proc/$inner"/task/*/comm | cut -d/ -f5)
	out_has "auditor +waits for  ledger \\(mutex\\) +held by $poster "
	stop
else
	skip="no namespaces to be had"
fi
end

begin "stopped threads are counted"
start "$planted/ab_ba"
until_so 5 'Behind' -p $pid
kill -STOP $pid
until_so 0 '6 threads are stopped: what they wait for is not told' -p $pid
kill -CONT $pid
until_so 5 'Behind' -p $pid
stop
end

begin "a process that is killed while it is looked at"
for wait in 0 0.01 0.02 0.03 0.04 0.05 0.07 0.1 0.15 0.2; do
	start "$planted/ab_ba"
	victim=$pid
	(sleep $wait && kill -9 "$victim") &
	killer=$!
	fw why -p "$victim"
	case $status in
	0 | 5) ;;
	1) err_has "no process $victim, or it has ended" ;;
	*) complain "status $status" ;;
	esac
	wait $killer
	stop
done
end

begin "processes that come and go meanwhile"
sh -c 'while :; do sleep 0; done' >/dev/null 2>&1 </dev/null &
pid=$!
for format in table json dot; do
	fw why -a --format $format
	[ "$status" -eq 0 ] || [ "$status" -eq 5 ] || complain "status $status"
done
stop
end

finish
