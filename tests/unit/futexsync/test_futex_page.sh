#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - unit test: futexsync_futex(3) says nothing that no test shows
#
# Each paragraph of its section BEHAVIOUR has a comment, `.\" test: NAME...`,
# with tests of test_futex_*.c; and each test of a behaviour stands in the page.
# shellcheck disable=SC2317 # the functions are called by check
set -u

cd "$(dirname "$0")/../../.." || exit 1
page=man/futexsync_futex.3
n=0
status=0
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

check()
{
	title=$1
	shift
	n=$((n + 1))
	if "$@" >"$dir/out"; then
		echo "ok $n - $title"
	else
		echo "not ok $n - $title"
		sed 's/^/# /' "$dir/out"
		status=1
	fi
}

tests_of()
{
	sed -n 's/^TEST(\([a-z0-9_]*\))$/\1/p' "$@" | sort -u
}

behaviour()
{
	sed -n '/^\.SH BEHAVIOUR/,/^\.SH ERRORS/p' "$1" | sed '1d;$d'
}

named_in()
{
	behaviour "$1" | sed -n 's/^\.\\" test: //p' | tr ' ' '\n' | sort -u
}

# Prints the first line of each paragraph without a test. Fails if there is one.
no_bare_paragraph()
{
	behaviour "$1" | awk '
	function over() {
		if (text != "" && !shown) {
			print "without a test: " text
			bad = 1
		}
		text = ""
		shown = 0
	}
	/^\.\\" test: [a-z]/ { shown = 1; next }
	/^\.(PP|TP|IP|SS)/ { over(); next }
	text == "" { text = $0 }
	END { over(); exit bad || NR < 100 }'
}

no_unknown_test()
{
	tests_of tests/unit/futexsync/test_futex_*.c >"$dir/tests"
	named_in "$1" >"$dir/named"
	comm -13 "$dir/tests" "$dir/named" >"$dir/unknown"
	sed 's/^/no such test: /' "$dir/unknown"
	[ -s "$dir/named" ] && [ ! -s "$dir/unknown" ]
}

# Those of the calls as such and of the features are no behaviour.
no_test_left_out()
{
	for file in tests/unit/futexsync/test_futex_*.c; do
		case $file in *_calls.c | *_features.c) continue ;; esac
		tests_of "$file"
	done | sort -u >"$dir/tests"
	named_in "$1" >"$dir/named"
	comm -23 "$dir/tests" "$dir/named" >"$dir/left"
	sed 's/^/not in the page: /' "$dir/left"
	[ -s "$dir/tests" ] && [ ! -s "$dir/left" ]
}

# Each check finds what it is for, in a page with one fault.
finds_faults()
{
	sed '/test: mask_0_is_invalid/d' "$page" >"$dir/bare"
	sed 's/test: mask_0_is_invalid/test: mask_0_is_fine/' "$page" \
		>"$dir/unknown.3"
	! no_bare_paragraph "$dir/bare" && ! no_unknown_test "$dir/unknown.3" &&
		! no_test_left_out "$dir/unknown.3"
}

# Each function that is declared stands in the page's synopsis.
no_call_left_out()
{
	sed -n 's/^static inline .*\(futexsync2*_[a-z0-9_]*\)(.*/\1/p
		s/^\(futexsync2*_[a-z0-9_]*\)(.*/\1/p' \
		userlib/include/futexsync/futex*.h | sort -u |
		grep -vE '^futexsync2?_(raw|op|syscall|(time|abs)_check|fits)$' |
		grep -vE '^futexsync_(time_from|wake_op_(code|valid)|robust_op)$' \
			>"$dir/calls"
	while read -r call; do
		grep -q "[ *]$call *(" "$page" || echo "not in the page: $call"
	done <"$dir/calls" >"$dir/left"
	cat "$dir/left"
	[ "$(wc -l <"$dir/calls")" -ge 20 ] && [ ! -s "$dir/left" ]
}

check "each paragraph names a test" no_bare_paragraph "$page"
check "each test that is named exists" no_unknown_test "$page"
check "each test of a behaviour is named" no_test_left_out "$page"
check "each call is in the synopsis" no_call_left_out
check "faults are found" finds_faults
echo "1..$n"
exit $status
