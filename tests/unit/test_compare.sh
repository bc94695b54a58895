#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - unit test: tests/bench/compare tells what changed, and no more
set -u

cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
n=0
status=0

# check NAME STATUS PATTERN...: the last run ended so and printed all of these
check() {
	local name=$1 want=$2 why='' pattern

	shift 2
	n=$((n + 1))
	[ "$got" -eq "$want" ] || why="exit status $got, want $want"
	for pattern; do
		grep -Eq -- "$pattern" "$work/out" || why="no line: $pattern"
	done
	if [ -z "$why" ]; then
		echo "ok $n - $name"
		return
	fi
	echo "not ok $n - $name"
	echo "# $why"
	sed 's/^/# /' "$work/out"
	status=1
}

compare() {
	tests/bench/compare "$@" >"$work/out" 2>&1
	got=$?
}

printf 'same\t7\tinstructions\nmore\t80.0\tinstructions\nzero\t0\tMB\nold\t5\tns\n' \
	>"$work/a"
printf 'new\t-1.5\tMB\nmore\t100.0\tinstructions\nzero\t3\tMB\nsame\t7\tinstructions\n' \
	>"$work/b"
echo 1..9
compare "$work/a" "$work/b"
check "changes are told in their unit and in per cent" 0 \
	'^more +80.0 +100.0 +\+20 +\+25.0 %  instructions$' \
	'^zero +0 +3 +\+3 +-  MB$' '^2 of 4 figures changed$'
check "figures that one file has are told" 0 \
	'^new +- +-1.5 +new +-  MB$' '^old +5 +- +gone +-  ns$'
! grep -q '^same' "$work/out"
got=$?
check "what stayed is not told" 0
compare -a "$work/a" "$work/b"
check "or is when it is asked for" 0 '^same +7 +7 +\+0 +\+0.0 %'
compare "$work/a" "$work/a"
check "a file is as it is" 0 '^0 of 4 figures changed$'
printf 'same\t7\tns\n' >"$work/c=d"
compare "$work/a" "$work/c=d"
check "another unit is no comparison" 0 '^same +7 +7 +- +-  instructions -> ns$'
printf 'a\t1\tns\na\tx\tns\n' >"$work/bad"
compare "$work/a" "$work/bad"
check "a value that is no number is refused with its line" 1 \
	'bad: line 2: the value is not a number: x$'
compare "$work/a" "$work/none"
check "a file that is not there is told, and how to get one" 1 \
	'none: no such results \(make bench'
compare "$work/a"
check "one file is too few" 2 '^compare \[-a\] A B|^futexwatch - bench: compare'
exit $status
