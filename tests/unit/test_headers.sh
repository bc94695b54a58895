#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - unit test: each public header compiles alone, in C and in C++
set -u

cd "$(dirname "$0")/../.." || exit 1
n=0
status=0

# try HEADER HOW COMPILER [OPTION...]
try()
{
	header=$1
	how=$2
	shift 2
	n=$((n + 1))
	if ! command -v "$1" >/dev/null; then
		echo "ok $n - $header as $how # SKIP no $1"
	elif ! printf '#include <stdint.h>\n' | "$@" -E - >/dev/null 2>&1; then
		echo "ok $n - $header as $how # SKIP $1 cannot do it"
	elif printf '#include <%s>\n#include <%s>\n' "$header" "$header" |
	     "$@" -Iuserlib/include -Imodule/uapi -Wall -Wextra -pedantic \
			-Werror -fsyntax-only - 2>&1; then
		echo "ok $n - $header as $how"
	else
		echo "not ok $n - $header as $how"
		status=1
	fi
}

for path in userlib/include/*/*.h; do
	header=${path#userlib/include/}
	try "$header" C11 "${CC:-gcc}" -x c -std=c11
	try "$header" C++11 "${CXX:-g++}" -x c++ -std=c++11
	try "$header" C++20 "${CXX:-g++}" -x c++ -std=c++20
	try "$header" "C11, 32 bits" "${CC:-gcc}" -m32 -x c -std=c11
	try "$header" "C++20, 32 bits" "${CXX:-g++}" -m32 -x c++ -std=c++20
done
echo "1..$n"
exit $status
