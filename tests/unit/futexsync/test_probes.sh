#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - unit test: what probes.h makes of probes, with and without sdt.h
set -u

cd "$(dirname "$0")/../../.." || exit 1
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0
status=0

# check NAME: passes when the command before it did
check()
{
	result=$?
	n=$((n + 1))
	if [ $result -eq 0 ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		status=1
	fi
}

skip()
{
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

cat >"$dir/probed.c" <<'END'
#include "probes.h"

int touched;

static int touch(void)
{
	return ++touched;
}

int probed(const void *sem, int result)
{
	FUTEXSYNC_PROBE(sem_wait_done, sem, result);
	FUTEXSYNC_PROBE(sem_close, sem);
	FUTEXSYNC_GATED(sem_post, sem, touch());
	return touched;
}

int main(void)
{
	return probed(&touched, -11);
}
END

# build FILE [OPTION...]
build()
{
	file=$1
	shift
	"${CC:-gcc}" -std=gnu11 -O2 -g -Wall -Wextra -Wshadow -Werror \
		-Iuserlib/src/futexsync "$@" -o "$dir/$file" "$dir/probed.c"
}

# A line a probe: name, whether it has a counter, number of arguments.
probes()
{
	LC_ALL=C readelf --notes --wide "$1" | awk '
		$1 == "Name:" { name = $2 }
		/Semaphore:/ { counter = $NF ~ /0x0+$/ ? "no" : "yes" }
		$1 == "Arguments:" { print name, counter, NF - 1 }' | sort
}

want='sem_close yes 1
sem_post yes 2
sem_wait_done yes 2'

build without -DFUTEXSYNC_NO_PROBES && [ -z "$(probes "$dir/without")" ]
check "without sdt.h there is no probe"
"$dir/without"
check "nor is an argument evaluated"

if echo '#include <sys/sdt.h>' | "${CC:-gcc}" -E - >/dev/null 2>&1; then
	build with && [ "$(probes "$dir/with")" = "$want" ]
	check "with it each probe has a note and a counter"
	"$dir/with"
	check "a gated probe that nobody watches leaves its arguments alone"
	build shared -shared -fPIC && [ "$(probes "$dir/shared")" = "$want" ]
	check "so it is in a shared library"
	! LC_ALL=C readelf --dyn-syms --wide "$dir/shared" | grep -q _semaphore
	check "which does not export the counters"
	build small -ffunction-sections -fdata-sections -Wl,--gc-sections \
		-no-pie && [ "$(probes "$dir/small" | cut -d ' ' -f 1,3)" = \
		"$(echo "$want" | cut -d ' ' -f 1,3)" ]
	check "and in a program that the linker swept out"
else
	skip "with it each probe has a note" "no systemtap-sdt-dev"
fi
echo "1..$n"
exit $status
