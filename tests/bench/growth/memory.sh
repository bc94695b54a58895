#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - bench: memory.sh FILE STATE: what the module holds right now
#
# Appends to FILE (watcher, what, bytes): "held", what the kernel lists as the
# module's in /proc/vmallocinfo; "grown", what all of the kernel has there, to be
# compared with that of another state; "charged", what the module says that
# sessions hold; "code", the module itself. The command of a session runs this,
# so that the session is there.
set -eu

file=$1
what=$2.$(nproc)

put() {
	printf '%s\t%s\t%s\n' "$1" "$what" "$2" >>"$file"
}

put held "$(awk '/\[futexwatch\]/ {
		for (i = 1; i <= NF; i++)
			if (sub(/^pages=/, "", $i))
				pages += $i
	} END { print pages * 4096 }' /proc/vmallocinfo)"
put grown "$(awk '$1 == "VmallocUsed:" { print $2 * 1024 }' /proc/meminfo)"
put code "$(cat /sys/module/futexwatch/coresize)"
put charged "$(futexwatch info --format json 2>/dev/null | jq .memory_used)"
