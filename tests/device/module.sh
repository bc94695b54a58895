# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - device tests: for scripts of one test that load the module
#
# The module is FUTEXWATCH_KO, or the virtual machine's VM_MODULE, or the
# installed one. It is left loaded, or not, as it was.
# shellcheck shell=sh

ko=${FUTEXWATCH_KO:-${VM_MODULE:-$(modinfo -n futexwatch 2>/dev/null)}}
was_loaded=no

# shellcheck disable=SC2154 # the script that includes this sets name
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

take_out()
{
	[ -f "$ko" ] || skip "no module to insert"
	loaded || return 0
	was_loaded=yes
	rmmod futexwatch || skip "the module is in use"
}

put_back()
{
	[ $was_loaded = no ] || loaded || insmod "$ko"
}

# verdict STATUS TEXT: the end; TEXT says what went wrong when STATUS is not 0
verdict()
{
	if [ "$1" -eq 0 ]; then
		echo "ok 1 - $name"
	else
		echo "not ok 1 - $name: $2"
	fi
	echo "1..1"
	exit "$1"
}
