# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# futexwatch - witness: what its scripts share; they are run by tests/witness/run
#
# Sets $build (what was built), $here and $work (a directory that goes away).
# A script tells what is so with `check`, and ends with `done_testing`.

set -u
here=tests/witness
# shellcheck disable=SC2034 # for the scripts
build=${O:-build}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
tests=0

note() {
	sed 's/^/# /'
}

# check NAME COMMAND...: one test, good when the command is; what it says is
# shown
check() {
	local name=$1

	shift
	tests=$((tests + 1))
	if "$@" >"$work/said" 2>&1; then
		echo "ok $tests - $name"
	else
		echo "not ok $tests - $name"
	fi
	note <"$work/said"
}

# skip NAME WHY
skip() {
	tests=$((tests + 1))
	echo "ok $tests - $1 # SKIP $2"
}

done_testing() {
	echo "1..$tests"
}

# can_run PROGRAM: built, and its kind of futex call is known to this kernel,
# where 32-bit programs may be without; says why not
can_run() {
	if [ ! -x "$build/tests/$1" ]; then
		echo "it is not built"
		return 1
	fi
	case $1 in *32) ;; *) return 0 ;; esac
	"$build/tests/prime_counts32" --kind wait_eagain >"$work/32" 2>&1 &&
		return
	echo "this kernel has no futex() for 32-bit programs"
	return 1
}

# count NAME PROGRAM...: run it under count_words. Its own words then lie in
# $work/NAME.expected, all that was counted in $work/NAME.counted.
count() {
	local run=$1

	shift
	"$build/tests/witness/count_words" -o "$work/$run.expected" -- "$@" \
		>"$work/$run.counted" && [ -s "$work/$run.expected" ]
}

# counts_agree NAME WHO: the program's own words and what WHO says
counts_agree() {
	awk -v who="$2" -f $here/compare.awk "$work/$1.expected" \
		"$work/$1.counted"
}

# counter NAME COUNTER: its value
counter() {
	sed -n "s/^counters .* $2=\([0-9]*\).*/\1/p" "$work/$1.counted"
}
