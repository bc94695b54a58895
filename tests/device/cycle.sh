#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - device test: load and unload the module again and again
#
# usage: tests/device/cycle.sh
#
# CYCLES times (200): insert the module, run a session, remove the module,
# while other programs make futex calls of every kind. The module is
# FUTEXWATCH_KO, or the virtual machine's VM_MODULE, or the installed one. It
# is left loaded, or not, as it was.
set -u

cd "$(dirname "$0")/../.." || exit 1
cycles=${CYCLES:-200}
out=${O:-build}/tests
ko=${FUTEXWATCH_KO:-${VM_MODULE:-$(modinfo -n futexwatch 2>/dev/null)}}
name="$cycles cycles of load, session and unload under traffic"

skip()
{
	echo "ok 1 - $name # SKIP $1"
	echo "1..1"
	exit 77
}

loaded()
{
	grep -q '^futexwatch ' /proc/modules
}

[ -f "$ko" ] || skip "no module to insert"
[ -x "$out/prime_counts" ] || skip "the traffic was not built"
was_loaded=no
if loaded; then
	was_loaded=yes
	rmmod futexwatch || skip "the module is in use"
fi

traffic()
{
	trap 'exit 0' TERM
	while :; do
		"$out/prime_counts" "$@" >/dev/null 2>&1
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

if [ $was_loaded = yes ] && ! loaded; then
	insmod "$ko" || status=1
fi
if [ $status -eq 0 ]; then
	echo "ok 1 - $name"
else
	echo "not ok 1 - $name: failed in cycle $((i + 1))"
fi
echo "1..1"
exit $status
