#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - unit test: libfutexsync has the symbols of its headers, no others
set -u

cd "$(dirname "$0")/../../.." || exit 1
out=${O:-build}
so=$out/libfutexsync.so
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0
status=0

# same NAME WANT GOT: passes when they are the same, one symbol a line
same()
{
	n=$((n + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		diff <(echo "$2") <(echo "$3") | sed -n 's/^[<>]/# &/p'
		status=1
	fi
}

# What the headers declare and leave to the library: gcc lists it.
declared()
{
	for header in userlib/include/futexsync/*.h; do
		echo "#include <futexsync/${header##*/}>"
	done >"$dir/all.c"
	gcc -std=gnu11 -D_GNU_SOURCE -DFUTEXSYNC_NO_INLINE -Iuserlib/include \
		-fsyntax-only -aux-info "$dir/aux" "$dir/all.c" || return
	sed -n 's,^/\* userlib/.*\*/ extern .*[ *]\([a-z0-9_]*\) (.*,\1,p' \
		"$dir/aux" | sort -u
}

# NAME VERSION of each symbol that others may link with
exported()
{
	LC_ALL=C readelf --dyn-syms --wide "$so" |
		awk '/^ *[0-9]/ && $5 != "LOCAL" && $7 != "UND" && $7 != "ABS" && NF == 8 {
			sub(/@@/, " ", $8); print $8 }' | sort
}

if [ ! -e "$so" ]; then
	echo "1..0 # SKIP no $so"
	exit 77
fi
want=$(declared)
[ -n "$want" ] || { echo 'Bail out! no list from gcc -aux-info'; exit 1; }
same "the shared library exports what the headers declare" \
	"$want" "$(exported | cut -d ' ' -f 1)"
same "all of it has the version FUTEXSYNC_0.1" FUTEXSYNC_0.1 \
	"$(exported | cut -d ' ' -f 2 | sort -u)"
same "the static library defines it too" "$want" \
	"$(nm -g --defined-only "$out/libfutexsync.a" | awk 'NF == 3 { print $3 }' |
		grep -Fx "$want" | sort -u)"
same "nothing in the static library can clash with a name of others" "" \
	"$(nm -g --defined-only "$out/libfutexsync.a" | awk 'NF == 3 { print $3 }' |
		grep -v -e '^futexsync_' -e '^fsem_' -e '^fmutex_' -e '^fcond_' \
			-e '^bb_' -e '^fname_' -e '^_.stapsdt.base$')"
same "the soname is that of the file" "$(readlink "$so")" \
	"$(LC_ALL=C readelf -d "$so" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')"
echo "1..$n"
exit $status
