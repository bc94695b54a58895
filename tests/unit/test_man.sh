#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - unit test: man pages are well-formed, and tell of what there is
set -u

cd "$(dirname "$0")/../.." || exit 1
n=0
status=0

# check NAME OUTPUT: passes when there is none
check()
{
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		printf '%s\n' "$2" | head -n 20 | sed 's/^/# /'
		status=1
	fi
}

skip()
{
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# The pages of ours that a page refers to, and that are not there.
dangling()
{
	# In a reference the hyphen is escaped, and the name in another font.
	sed -e 's/\\-/-/g' -e 's/\\f[A-Z]//g' "$1" |
		grep -oE '^\.BR [a-z_0-9-]+ \([1-8]' |
		sed -E 's/^\.BR ([^ ]*) \((.)$/\1.\2/' | sort -u |
		grep -E '^(futexsync|futexwatch|fsem|fmutex|fcond|bounded_)' |
		grep -vE '_[a-z0-9_]+\.4$' |
		while read -r page; do
			[ -f "man/$page" ] || echo "$1 refers to $page"
		done
}

# The names of the first column of the table of probes.
probes_told()
{
	sed -n '/^PROBE\t/,/^\.TE/s/^\([a-z][a-z_]*\)\t.*/\1/p' man/futexsync.7
}

probes_there()
{
	sed -n 's/^\tX(\([a-z_]*\)).*/\1/p' userlib/src/futexsync/probes.h
}

for page in man/*.[1-8]; do
	if command -v mandoc >/dev/null; then
		check "$page: mandoc finds nothing" \
			"$(mandoc -Tlint -W warning "$page" 2>&1)"
	else
		skip "$page: mandoc finds nothing" "no mandoc"
	fi
	if command -v groff >/dev/null && command -v man >/dev/null; then
		check "$page: groff finds nothing" \
			"$(LC_ALL=C.UTF-8 MANROFFSEQ='' man --warnings \
				-E UTF-8 -l -Tutf8 -Z "./$page" 2>&1 >/dev/null)"
	else
		skip "$page: groff finds nothing" "no man with groff"
	fi
	check "$page: the pages it refers to are there" "$(dangling "$page")"
done
check "futexsync(7) has the probes of probes.h" \
	"$(diff <(probes_there | sort) <(probes_told | sort))"
so=${O:-build}/libfutexsync.so
if [ -e "$so" ] && echo '#include <sys/sdt.h>' |
	"${CC:-gcc}" -E - >/dev/null 2>&1; then
	check "the shared library has the probes of probes.h, all of them" \
		"$(diff <(probes_there | sort) <(LC_ALL=C readelf --notes "$so" |
			awk '$1 == "Name:" { print $2 }' | sort -u))"
else
	skip "the shared library has the probes" "no $so, or no sdt.h"
fi
for header in userlib/include/futexsync/{sem,mutex,cond,bounded_buffer,name}.h; do
	[ -f "$header" ] || continue
	check "futexsync(7) tells of ${header##*/}" "$(
		grep -q "<futexsync/${header##*/}>" man/futexsync.7 || echo no)"
done
echo "1..$n"
exit $status
