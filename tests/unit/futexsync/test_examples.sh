#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - unit test: each example runs, and says what it should
# shellcheck disable=SC2317 # functions are called by their names
set -u

cd "$(dirname "$0")/../../.." || exit 1
out=${O:-build}/examples
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0
status=0

# run NAME REGEX [ARGUMENT...]: the output of the example, as one line with
# "|" for each end of line, matches the extended regular expression
run()
{
	local name=$1 want=$2 result

	shift 2
	n=$((n + 1))
	timeout 120 "$out/$name" "$@" >"$dir/out" 2>"$dir/err"
	result=$?
	if [ $result -eq 0 ] && [ ! -s "$dir/err" ] &&
	   tr '\n' '|' <"$dir/out" | grep -Eq "^($want)$"; then
		echo "ok $n - $name $*"
	else
		echo "not ok $n - $name $*"
		echo "# exit status $result, wanted: $want"
		sed 's/^/# /' "$dir/out" "$dir/err"
		status=1
	fi
}

producer_consumer()
{
	local line='produced 1200 items, sum 720600\|'

	line+='consumed 1200 items, sum 720600: the same\|'
	run producer_consumer "3 producers.* \(threads\), 4 slots.*\|$line" \
		--items 400 --work-us 2
	run producer_consumer "3 producers.* \(processes\), 1 slots.*\|$line" \
		--items 400 --work-us 2 --slots 1 --processes
	run producer_consumer "3 producers.* \(threads\), 8 slots.*\|$line" \
		--items 400 --work-us 2 --slots 8 --bulk 5
	run producer_consumer "3 producers.* \(processes\), 8 slots.*\|$line" \
		--items 400 --work-us 2 --slots 8 --bulk 20 --processes --robust
}

condition()
{
	run condition '8 runners, all home\|'
	run condition '100 runners, all home\|' 100
}

named_locks()
{
	local line='process [0-9]+, child [0-9]+\|'

	run named_locks "${line}queue 0: jobs\|queue 2: room\|done\|" \
		</dev/null
}

sem_pingpong()
{
	run sem_pingpong 'ping 1\|pong 1\|ping 2\|pong 2\|' --rounds 2
	run sem_pingpong '[0-9]+ ns a round\|' --rounds 20000 --quiet
	run sem_pingpong '[0-9]+ ns a round\|' --rounds 2000 --quiet --spin 0
}

wait_any()
{
	run wait_any "10 ms of silence\|queue 0: 100 served\|queue 1: 100 \
served\|queue 2: 100 served\|"
}

# Of a table of all processes only the device can tell, if it is there.
bucket_collision()
{
	local set='0x[0-9a-f]+ in bucket [0-9]+'
	local time='[0-9]+ ns \(median of [0-9]+\); [0-9]+ others [^|]*\|'

	if "$out/bucket_collision" --seconds 1 --sleepers 1 >"$dir/out" \
		2>"$dir/err" || [ $? -ne 3 ]; then
		run bucket_collision "table +of [^|]*\|\
shared +$set is woken; 3 [^|]*\|( +$set\|){3}\
apart +$set is woken; 3 [^|]*\|( +$set\|){3}\|\
a wake [^|]*\|shared +${time}apart +$time" --sleepers 3 --seconds 1
		return
	fi
	n=$((n + 1))
	if grep -q 'only /dev/futexwatch can tell' "$dir/err" &&
	   [ ! -s "$dir/out" ]; then
		echo "ok $n - bucket_collision says that it cannot tell"
	else
		echo "not ok $n - bucket_collision says that it cannot tell"
		sed 's/^/# /' "$dir/out" "$dir/err"
		status=1
	fi
}

for example in userlib/examples/*.c userlib/examples/*/; do
	example=$(basename "$example" .c)
	if [ ! -x "$out/$example" ]; then
		n=$((n + 1))
		echo "not ok $n - $example is not built"
		status=1
	elif declare -F "$example" >/dev/null; then
		"$example"
	else
		# Nobody has said yet what it prints.
		run "$example" '.+'
	fi
done
echo "1..$n"
exit $status
