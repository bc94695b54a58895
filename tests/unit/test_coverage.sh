#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - unit test: docs/coverage.md names tests that are there, and all
set -u

cd "$(dirname "$0")/../.." || exit 1
page=docs/coverage.md
n=0
status=0

# check NAME OUTPUT: passes when there is none
check() {
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		printf '%s\n' "$2" | head -n 20 | sed 's/^/# /'
		status=1
	fi
}

# The rows of the tables, without their heads.
rows() {
	awk '/^\|-/ { body = 1; next } !/^\|/ { body = 0 } body' $page
}

# The last column: what is in backquotes there.
# shellcheck disable=SC2016 # backquotes of the page
named() {
	rows | awk -F '|' '{ print $(NF - 1) }' | grep -o '`[^`]*`' | tr -d '`'
}

# there TEST: whether it is
there() {
	local where=${1%%:*} what=${1#*:}

	case $1 in
	ops_live:*) grep -qx "# step $what" tests/cli/ops_lines.txt &&
		grep -q "{ \"$what\"," tests/programs/ops_*.c ;;
	counts:*) grep -q "{ \"$what\"," tests/programs/kinds_*.c ;;
	wakers:*) grep -q "{ \"$what\"," tests/programs/wakers_*.c ;;
	*/test_*:*) grep -qx "TEST($what)" "tests/$where.c" ;;
	*) [ -x "tests/$1" ] ;;
	esac
}

absent() {
	named | sort -u | while read -r test; do
		there "$test" 2>/dev/null || echo "there is no $test"
	done
}

# What is not seen has no test, and says so.
untested() {
	rows | awk -F '|' '$(NF - 1) !~ /`|all above/ && !/not (followed|seen)/'
}

# Steps of all_ops, and operations of the contract, that no row has.
forgotten() {
	sed -n 's/^# step //p' tests/cli/ops_lines.txt | while read -r step; do
		named | grep -qx "ops_live:$step" ||
			echo "no row has the step $step"
	done
	sed -n 's/.*\[FUTEXWATCH_OP_.*\] = "\([A-Z_0-9]*\)".*/\1/p' \
		userlib/src/futexwatch/client_names.c |
		sed 's/^FUTEX2_\(.*\)/futex_\L\1/; s/^WAITV$/futex_waitv/' |
		while read -r op; do
			rows | grep -qw "$op" || echo "no row tells of $op"
		done
	sed -n 's/.*\[FUTEXWATCH_CAUSE_.*\] = "\([a-z]*\)".*/\1/p' \
		userlib/src/futexwatch/client_names.c |
		while read -r cause; do
			rows | grep -q "^| [^|]* | $cause |" ||
				echo "no row has the cause $cause"
		done
}

check "the tests that $page names are there" "$(absent)"
check "every row of $page has a test, or says that there is nothing" \
	"$(untested)"
check "$page has every operation, cause and step" "$(forgotten)"
check "$page has its rows" "$([ "$(rows | wc -l)" -gt 30 ] || echo no)"
echo "1..$n"
exit $status
