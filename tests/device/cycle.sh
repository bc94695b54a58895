#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - device test: load and unload the module again and again
#
# usage: tests/device/cycle.sh
#
# CYCLES times (200): insert the module, run a session, remove the module,
# while other programs make futex calls of every kind (with low priority: they
# would take the CPUs from what is tested).
set -u

cd "$(dirname "$0")/../.." || exit 1
cycles=${CYCLES:-200}
out=${O:-build}/tests
name="$cycles cycles of load, session and unload under traffic"
# shellcheck source=tests/device/module.sh
. tests/device/module.sh

[ -x "$out/prime_counts" ] || skip "the traffic was not built"
take_out

traffic()
{
	trap 'exit 0' TERM
	while :; do
		nice -n 19 "$out/prime_counts" "$@" >/dev/null 2>&1
	done
}

# One cycle; says what went wrong.
cycle()
{
	insmod "$ko" || { echo "# insmod fails"; return 1; }
	[ -c /dev/futexwatch ] || { echo "# no device"; return 1; }
	"$out/device/test_client" walked >/dev/null ||
		{ echo "# the session fails"; return 1; }
	rmmod futexwatch || { echo "# rmmod fails"; return 1; }
}

traffic &
one=$!
traffic --shared &
two=$!
status=0
i=0
while [ $i -lt "$cycles" ]; do
	if ! cycle; then
		status=1
		break
	fi
	i=$((i + 1))
done
kill $one $two
wait

put_back || status=1
verdict $status "failed in cycle $((i + 1))"
