#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - unit test: futexsync-info says what it finds, in three ways
# shellcheck disable=SC2317 # the functions are called by check
set -u

cd "$(dirname "$0")/../../.." || exit 1
info=${O:-build}/futexsync-info
n=0
status=0

check()
{
	title=$1
	shift
	n=$((n + 1))
	if "$@"; then
		echo "ok $n - $title"
	else
		echo "not ok $n - $title"
		status=1
	fi
}

# ends STATUS [ARG...]
ends()
{
	want=$1
	shift
	"$info" "$@" >/dev/null 2>&1
	[ $? -eq "$want" ]
}

names()
{
	"$info" | awk '/^[a-z]/ && $3 ~ /^(yes|no)$/ { print $1, $3 }'
}

# The table, the object and the statuses tell the same of each feature.
same_everywhere()
{
	names >"$dir/table"
	[ "$(wc -l <"$dir/table")" -ge 19 ] || return 1
	while read -r name here; do
		ends "$([ "$here" = yes ]; echo $?)" "$name" || return 1
		"$info" --json | grep -q "^    \"$name\": $(
			[ "$here" = yes ] && echo true || echo false),*\$" ||
			return 1
	done <"$dir/table"
}

json_is_json()
{
	"$info" --json | jq -e '.kernel == $k and .program_bits == 64 and
		.features.wait == true and (.hash_slots | type) == "number"' \
		--arg k "$(uname -r)" >/dev/null
}

tells_of_full_disks()
{
	"$info" >/dev/full 2>"$dir/err"
	[ $? -eq 3 ] && grep -q 'No space' "$dir/err"
}

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
check "table, JSON and exit status agree" same_everywhere
if command -v jq >/dev/null; then
	check "--json is JSON of this kernel" json_is_json
fi
check "the help is printed" ends 0 --help
check "all of what is asked for must be there" ends 1 wait u8
check "an unknown feature is a matter of usage" ends 2 wait nothing
check "an unknown option is a matter of usage" ends 2 --nothing
check "a full disk is told" tells_of_full_disks
echo "1..$n"
exit $status
