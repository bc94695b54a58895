#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: the program after "--", and processes by number
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

for verb in 'record -o /dev/null' 'trace' 'top --batch'; do
	begin "$verb: the program's status is passed on"
	# shellcheck disable=SC2086
	fw $verb -- sh -c 'exit 7'
	status_is 7
	# shellcheck disable=SC2086
	fw $verb -- sh -c 'kill -9 $$'
	status_is 137
	end

	begin "$verb: a program that cannot be started is 1"
	# shellcheck disable=SC2086
	fw $verb -- /nonexistent/program
	status_is 1
	err_has 'cannot start /nonexistent/program: No such file or directory'
	# shellcheck disable=SC2086
	fw $verb -- /etc/passwd
	status_is 1
	err_has 'cannot start /etc/passwd: Permission denied'
	end
done

begin "data on stdout are not mixed with the program's own"
fw top --batch -n 1 --format json -- echo from the program
status_is 0
out_lacks 'from the program'
err_has 'from the program'
json 'j["schema"] == "futexwatch/top/1"'
fw trace -- echo from the program
out_lacks 'from the program'
fw trace -o "$tmp/data" -- echo from the program
out_has 'from the program'
end

begin "the program runs as SUDO_USER, or as -u says"
SUDO_USER=nobody
export SUDO_USER
fw record -o "$tmp/data" -- id -un
unset SUDO_USER
out_has '^nobody$'
# shellcheck disable=SC2016
fw record -o "$tmp/data" -u daemon -- sh -c 'id -un; id -Gn; echo $HOME'
out_has '^daemon$'
out_lacks 'root'
fw record -o "$tmp/data" -- id -un
out_has '^root$'
fw record -o "$tmp/data" -u nosuchuser -- id
status_is 1
err_has "there is no user 'nosuchuser'"
end

begin "the program has no privileges left as another user"
fw record -o "$tmp/data" -u nobody -- grep CapEff /proc/self/status
out_has 'CapEff:.*0000000000000000'
end

begin "the program starts with signals as they were"
fw record -o "$tmp/data" -- grep -E 'Sig(Blk|Ign)' /proc/self/status
out_has 'SigBlk:.*0000000000000000'
out_lacks 'SigIgn:.*[1-9a-f]'
end

begin "SIGINT is the program's first"
# shellcheck disable=SC2016
# What a shell starts with & ignores SIGINT.
env --default-signal=INT "$futexwatch" record -o "$tmp/data" -- sh -c \
	'trap "exit 9" INT; touch "$0"; while :; do sleep 0.1; done' \
	"$tmp/ready" >"$tmp/out" 2>"$tmp/err" &
pid=$!
until_there "$tmp/ready"
kill -INT $pid
wait $pid
status=$?
status_is 9
end

begin "children of the program are watched too"
fw record -o "$tmp/data" -- sh -c "$build/examples/producer_consumer --items 100; :"
status_is 0
fw report --format json "$tmp/data"
json 'any(l["name"].startswith("bounded_buffer") for l in j["locks"])'
end

begin "a process that is not there is 1"
fw top --batch -p 4194303
status_is 1
err_has '^futexwatch: top: there is no process 4194303$'
fw trace -t 4194303
status_is 1
err_has 'there is no thread 4194303'
end

begin "it ends when all that was watched has ended"
sleep 6 &
fw trace -p $!
status_is 0
err_has 'all that was watched has ended'
end

begin "only what is named is watched"
"$build/examples/producer_consumer" --seconds 600 --pause-us 5000 >/dev/null &
busy=$!
sleep 60 &
idle=$!
fw top --batch -n 1 -i 1 --format json -p $idle
json 'j["locks"] == []'
fw top --batch -n 1 -i 1 --format json -p $idle -p $busy
json 'j["locks"] and all(l["pid"] == '$busy' for l in j["locks"])'
kill $idle $busy
wait
end

begin "without the privilege it is 3, and says what to do"
run setpriv --reuid=65534 --clear-groups --inh-caps=-all --bounding-set=-all \
	"$build/futexwatch" top --batch -n 1
status_is 3
err_has 'it needs CAP_PERFMON: try sudo futexwatch'
end

finish
