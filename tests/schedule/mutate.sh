#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - schedule tests: build one mutant of the library
#
# usage: tests/schedule/mutate.sh PATCH OUT	(from build.mk, with its flags)
#
# Copies the library's sources to OUT/mutants/NAME, applies the patch, and links
# the program that its header names against what has changed. What goes wrong
# with that stands in OUT/mutants/NAME/wrong, for tests/schedule/run to report.
set -u

patch=$1
out=$2
name=$(basename "$patch" .patch)
dir=$out/mutants/$name
# with the scenarios to run, if not all
read -r program _ < <(sed -n 's/^Program: //p' "$patch")

compile() {
	local object

	object=$dir/$(basename "$1" .c).o
	# shellcheck disable=SC2086
	$CC $SCHEDULE_CFLAGS -I"$dir/userlib/include" -c -o "$object" "$1" &&
		objcopy $SCHEDULE_RENAME "$object" && objects+=("$object")
}

build() {
	local objects=() changed source

	cp -r --parents userlib/include/futexsync userlib/src/futexsync "$dir" &&
		patch -s -f -p1 --no-backup-if-mismatch -d "$dir" <"$patch" ||
		return
	changed=$(cd "$dir" && find userlib -name '*.[ch]' |
		while read -r file; do
			cmp -s "$file" "$OLDPWD/$file" || echo "$file"
		done)
	case $changed in
	*.h*) # may be in any of them
		compile "tests/schedule/$program.c" || return
		for source in "$dir"/userlib/src/futexsync/*.c; do
			compile "$source" || return
		done
		;;
	*)
		objects=("$out/subject/$program.o")
		for source in $changed; do
			compile "$dir/$source" || return
		done
		;;
	esac
	$CC -no-pie -o "$dir/$program" "${objects[@]}" -Wl,--whole-archive \
		"$out/libschedule.a" -Wl,--no-whole-archive "$out/libsubject.a"
}

rm -rf "$dir"
mkdir -p "$dir" || exit 1
build >"$dir/log" 2>&1 || mv "$dir/log" "$dir/wrong"
: >"$dir/made"
