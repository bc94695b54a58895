#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - unit test: install, build a program against it, uninstall
# shellcheck disable=SC2317 # functions are called by their names
set -u

cd "$(dirname "$0")/../../.." || exit 1
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
prefix=/opt/here
root=$dir/root
example=userlib/examples/producer_consumer.c
n=0
status=0

# ok NAME COMMAND...: passes when the command does; its talk goes to the log
ok()
{
	local name=$1

	shift
	n=$((n + 1))
	if "$@" >"$dir/log" 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		tail -n 20 "$dir/log" | sed 's/^/# /'
		status=1
	fi
}

make_it()
{
	# Not the options of the make that may run this test, and no module.
	env -u MAKEFLAGS -u MFLAGS make -s O="${O:-build}" KVER=none \
		DESTDIR="$root" PREFIX="$prefix" "$1"
}

config()
{
	PKG_CONFIG_SYSROOT_DIR=$root \
		PKG_CONFIG_LIBDIR=$root$prefix/lib/pkgconfig \
		pkg-config "$@" futexsync
}

# build FILE OPTION... -- ARGUMENT OF PKG-CONFIG...: the example, as users do
build()
{
	local file=$1 options=()

	shift
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	# shellcheck disable=SC2046
	"${CC:-gcc}" -std=gnu11 -D_GNU_SOURCE -O2 "${options[@]}" \
		-o "$dir/$file" "$example" $(config --cflags --libs "$@")
}

runs()
{
	"$@" --items 200 --work-us 0 && "$@" --items 200 --work-us 0 --processes
}

needs_so()
{
	LC_ALL=C readelf -d "$1" | grep 'NEEDED.*\[libfutexsync\.so\.0\]'
}

left_over()
{
	find "$root" ! -type d -o -path '*futex*'
}

no_rest()
{
	left_over
	[ -z "$(left_over)" ]
}

same_version()
{
	local command

	command=$("$root$prefix/bin/futexwatch" -V) &&
		[ "${command#* }" = "$(config --modversion)" ]
}

ok "make install into an empty directory" make_it install
ok "pkg-config knows the version of the command" same_version
ok "a program builds against the shared library" build shared --
ok "and is linked with its soname" needs_so "$dir/shared"
ok "and runs" runs env LD_LIBRARY_PATH="$root$prefix/lib" "$dir/shared"
ok "a program builds without our inline code" build calls \
	-DFUTEXSYNC_NO_INLINE --
ok "and runs" runs env LD_LIBRARY_PATH="$root$prefix/lib" "$dir/calls"
ok "a program builds with the static library" build static -static -- --static
ok "and runs on its own" runs "$dir/static"
for page in man/*.[1-9]; do
	ok "${page#man/} is installed" test -f \
		"$root$prefix/share/man/man${page##*.}/${page#man/}"
done
for program in userlib/programs/*.c; do
	program=$(basename "$program" .c)
	ok "$program is installed" test -x "$root$prefix/bin/$program"
done
# A file of somebody else in a directory of ours must outlive us.
touch "$root$prefix/include/futexsync/foreign.h"
ok "make uninstall" make_it uninstall
ok "a foreign file is left" rm "$root$prefix/include/futexsync/foreign.h"
rmdir "$root$prefix/include/futexsync"
ok "nothing else is left" no_rest
echo "1..$n"
exit $status
