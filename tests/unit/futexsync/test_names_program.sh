#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - unit test: futexsync-names, on the example named_locks
# shellcheck disable=SC2317 # functions are called by their names
set -u

cd "$(dirname "$0")/../../.." || exit 1
out=${O:-build}
names=$out/futexsync-names
dir=$(mktemp -d) || exit 1
n=0
status=0

if [ ! -x "$names" ] || [ ! -x "$out/examples/named_locks" ]; then
	echo "1..0 # SKIP $names or the example is not built"
	exit 77
fi
mkfifo "$dir/input"
"$out/examples/named_locks" <"$dir/input" >"$dir/said" &
example=$!
exec 3>"$dir/input"
trap 'exec 3>&-; wait $example; rm -rf "$dir"' EXIT
until [ "$(wc -l <"$dir/said")" -ge 4 ]; do
	kill -0 $example || exit 1
done
pid=$(sed -n 's/^process \([0-9]*\),.*/\1/p' "$dir/said")
child=$(sed -n 's/.*child \([0-9]*\)$/\1/p' "$dir/said")

one_line()
{
	tr '\n' '|' <"$1"
	echo
}

# ends STATUS REGEX-OF-STDOUT REGEX-OF-STDERR NAME ARGUMENT...: as one line
# each, with "|" for each end of line
ends()
{
	local want=$1 output=$2 talk=$3 name=$4 result

	shift 4
	n=$((n + 1))
	"$names" "$@" >"$dir/out" 2>"$dir/err" 3>&-
	result=$?
	if [ $result -eq "$want" ] &&
	   one_line "$dir/out" | grep -Eq "^($output)$" &&
	   one_line "$dir/err" | grep -Eq "^($talk)$"; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		echo "# exit status $result, wanted $want"
		sed 's/^/# /' "$dir/out" "$dir/err"
		status=1
	fi
}

# json NAME FILTER [ARGUMENT...]: jq says true
json()
{
	local name=$1 filter=$2

	shift 2
	n=$((n + 1))
	if "$names" --json "$@" >"$dir/out" 2>&1 3>&- &&
	   jq -e "$filter" "$dir/out" >/dev/null; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		sed 's/^/# /' "$dir/out"
		status=1
	fi
}

a='0x[0-9a-f]+ +'
table="ADDRESS +SIZE +SOURCE +NAME\|"
table+="${a}16 +static +journal +\(/.*/named_locks\)\|"
table+="${a}40 +static +settings +\(/.*/named_locks\)\|"
for queue in 0 2; do
	table+="${a}16 +dynamic +queue $queue: jobs\|"
	table+="${a}16 +dynamic +queue $queue: room\|"
done
table+="${a}16 +dynamic +done\|"
ends 0 "$table" '' "a table of all names" "$pid"
json "the same in JSON" '.schema == "futexsync/names/1" and .complete and
	([.names[].name] == ["journal", "settings", "queue 0: jobs",
		"queue 0: room", "queue 2: jobs", "queue 2: room", "done"]) and
	([.names[].source] | unique == ["dynamic", "static"]) and
	.refused == 0 and .damaged == 0 and .omitted == 0' "$pid"
json "what its child shares has the name that the parent gave later" "
	.names[] | select(.name == \"done\") |
	.source == \"shared\" and .pid == $pid and .size == 16" "$child"
json "a child keeps the names of its copies" '[.names[].name] |
	index("queue 1: jobs") != null' "$child"
at=$("$names" --json "$pid" 3>&- | jq -r '.names[] |
	select(.name == "settings").address')
ends 0 'settings\|' '' "what is at an address" --at "$at" "$pid"
ends 0 'settings\+0x4\|' '' "what is in an object" \
	--at "$(printf '0x%x' $((at + 4)))" "$pid"
ends 1 '' 'futexsync-names: nothing at 0x10 of process [0-9]+ has a name\|' \
	"nothing is there" --at 10 "$pid"
json "a process without names" '.names == []' $$
ends 1 '' 'futexsync-names: there is no process 2147483647\|' \
	"no such process" 2147483647
u='futexsync-names: .*\|'
ends 2 '' "$u" "no process is given" --json
ends 2 '' "$u" "too many processes" 1 2
ends 2 '' "$u" "not a number" 12x
ends 2 '' "$u" "a negative number" -- -1
ends 2 '' "$u" "not an address" --at 0xzz "$pid"
ends 2 '' ".*unrecognized option.*\|" "no such option" --jsn "$pid"
ends 0 'Usage: futexsync-names .*' '' "help" --help
n=$((n + 1))
if "$names" "$pid" >/dev/full 2>"$dir/err" 3>&-; [ $? -eq 1 ] &&
	grep -q 'cannot write the output' "$dir/err"; then
	echo "ok $n - a full disk is told"
else
	echo "not ok $n - a full disk is told"
	status=1
fi
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	copy=$dir/futexsync-names
	chmod 755 "$dir"
	cp "$names" "$copy"
	names=$copy
	names_as() { setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$copy" "$@"; }
	names=names_as
	ends 1 '' "$u" "a process of somebody else" "$pid"
else
	n=$((n + 1))
	echo "ok $n - a process of somebody else # SKIP not root"
fi
echo "1..$n"
exit $status
