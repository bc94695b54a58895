#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - device test: buckets are unknown, and said to be, for a reason
#
# usage: tests/device/unknown.sh
#
# Without hooks on the wait queues, and with hooks that the administrator has
# switched off, everything else works: `info` makes waits of its own and has to
# say why it cannot tell where they were.
set -u

cd "$(dirname "$0")/../.." || exit 1
name="buckets are unknown without hooks, and info says why"
# shellcheck source=tests/device/module.sh
. tests/device/module.sh

tmp=$(mktemp) || exit 1
trap 'rm -f "$tmp"' EXIT

# says PATTERN: in info's text
says()
{
	grep -qE "$1" "$tmp" && return
	echo "# info does not say: $1"
	sed 's/^/# /' "$tmp"
	return 1
}

info()
{
	"${O:-build}/futexwatch" info >"$tmp" 2>&1
}

without()
{
	insmod "$ko" queue_hook=2 || return 1
	info
	says '^  unknown for +[0-9,]+ waits: the wait queues are not hooked' &&
		says '^  known for +0 waits' &&
		says '^  global table +not proved'
}

switched_off()
{
	insmod "$ko" || return 1
	info
	says '^  global table +proved by [0-9,]+ waits, 0 against' || return
	# A kernel in which something holds ftrace for good refuses that.
	if ! echo 0 2>/dev/null >/proc/sys/kernel/ftrace_enabled; then
		echo "# ftrace cannot be switched off here"
		return 0
	fi
	info
	echo 1 >/proc/sys/kernel/ftrace_enabled
	says '^  unknown for +[0-9,]+ waits: the hook did not run'
}

take_out
without
status=$?
! loaded || rmmod futexwatch || status=1
switched_off || status=1
! loaded || rmmod futexwatch || status=1
put_back || status=1
verdict $status "see above"
