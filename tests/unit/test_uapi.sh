#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - unit test: the uapi header has one layout everywhere, no holes
set -u

cd "$(dirname "$0")/../.." || exit 1
n=0
status=0

# try HOW COMPILER [OPTION...]
try()
{
	how=$1
	shift
	n=$((n + 1))
	if ! command -v "$1" >/dev/null; then
		echo "ok $n - $how # SKIP no $1"
	elif ! printf '#include <stddef.h>\n' | "$@" -E - >/dev/null 2>&1; then
		echo "ok $n - $how # SKIP $1 cannot do it"
	elif "$@" -Imodule/uapi -Wall -Wextra -pedantic -Wpadded -Werror \
			-fsyntax-only tests/unit/uapi_layout.c 2>&1; then
		echo "ok $n - $how"
	else
		echo "not ok $n - $how"
		status=1
	fi
}

try layout_as_c11 "${CC:-gcc}" -x c -std=c11
try layout_as_cxx17 "${CXX:-g++}" -x c++ -std=c++17
try layout_as_c11_32_bits "${CC:-gcc}" -m32 -x c -std=c11
try layout_as_cxx17_32_bits "${CXX:-g++}" -m32 -x c++ -std=c++17
try layout_as_c11_by_clang clang -x c -std=c11
try layout_as_cxx17_by_clang clang++ -x c++ -std=c++17
echo "1..$n"
exit $status
