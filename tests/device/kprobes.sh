#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - device test: the fall-back where ftrace cannot be had
#
# usage: tests/device/kprobes.sh
#
# Loaded with queue_hook=1 the module hooks the wait queues with kprobes: the
# same counts and wakers must come out.
set -u

cd "$(dirname "$0")/../.." || exit 1
out=${O:-build}/tests/device
name="kprobes on the wait queues tell what ftrace does"
# shellcheck source=tests/device/module.sh
. tests/device/module.sh

tmp=$(mktemp) || exit 1
trap 'rm -f "$tmp"' EXIT

try()
{
	insmod "$ko" queue_hook=1 || { echo "# insmod fails"; return 1; }
	for test in counts record snapshot; do
		"$out/test_$test" >"$tmp" 2>&1 && continue
		sed 's/^/# /' "$tmp"
		return 1
	done
	# The hooks that the sessions above found are told afterwards, too.
	"${O:-build}/futexwatch" info >"$tmp" 2>&1
	grep -q kprobe "$tmp" && return
	sed 's/^/# /' "$tmp"
	return 1
}

take_out
try
status=$?
! loaded || rmmod futexwatch || status=1
put_back || status=1
verdict $status "see above"
