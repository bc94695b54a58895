#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - unit test: names in ELF files of all kinds, read from outside
# shellcheck disable=SC2317 # functions are called by their names
set -u

cd "$(dirname "$0")/../../.." || exit 1
names=${O:-build}/futexsync-names
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0
status=0

# Prints where its locks are, and stays until the end of its input.
cat >"$dir/main.c" <<'END'
#include <stdio.h>
#include <futexsync/name.h>

#ifdef __cplusplus
extern "C"
#endif
void print_library(void);

struct lock {
	int word[4];
};

static struct lock local;
FNAME_STATIC(local, "local to the file");
struct lock global;
FNAME_STATIC(global, "global");
static struct { char head[100]; struct lock lock; } pool[3];
FNAME_STATIC(pool[2].lock, "part of a pool");
static struct lock initialised = { { 1 } };
FNAME_STATIC(initialised, "initialised");
static struct lock unused;
FNAME_STATIC(unused, "never used");

static struct lock *inner(void)
{
	static struct lock lock;
	FNAME_STATIC(lock, "in a function");

	return &lock;
}

int main(void)
{
	printf("%p local to the file\n", (void *)&local);
	printf("%p global\n", (void *)&global);
	printf("%p part of a pool\n", (void *)&pool[2].lock);
	printf("%p initialised\n", (void *)&initialised);
	printf("%p in a function\n", (void *)inner());
#ifdef LIBRARY
	print_library();
#endif
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}
END

cat >"$dir/library.c" <<'END'
#include <stdio.h>
#include <futexsync/name.h>

static int mine;
FNAME_STATIC(mine, "the library's own");
int exported;
FNAME_STATIC(exported, "exported by the library");

#ifdef __cplusplus
extern "C"
#endif
void print_library(void);
void print_library(void)
{
	printf("%p the library's own\n", (void *)&mine);
	printf("%p exported by the library\n", (void *)&exported);
}
END

# "ADDRESS NAME" of what the program says, and of what is read from outside
said()
{
	sed 's/^\(0x[0-9a-f]*\)/\1/' "$dir/said" | sort
}

seen()
{
	"$names" --json "$1" | jq -r '.names[] | "\(.address) \(.name)"' |
		grep -v 'never used' | sort
}

# Runs $dir/prog and compares.
compare()
{
	local pid result want

	rm -f "$dir/input"
	mkfifo "$dir/input"
	"$dir/prog" <"$dir/input" >"$dir/said" &
	pid=$!
	exec 3>"$dir/input"
	want=5
	nm "$dir/prog" | grep -q print_library && want=7
	while [ "$(wc -l <"$dir/said")" -lt $want ]; do
		kill -0 $pid 2>/dev/null || break
	done
	seen $pid >"$dir/seen"
	said | diff - "$dir/seen"
	result=$?
	exec 3>&-
	wait $pid && [ -s "$dir/seen" ] && return $result
}

relocations()
{
	LC_ALL=C readelf --relocs --wide "$1" |
		awk '/^[0-9a-f]+ / && !/_NONE/ { n++ } END { print n + 0 }'
}

ok()
{
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		head -n 20 "$dir/log" | sed 's/^/# /'
		status=1
	fi
}

skip()
{
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# works COMPILER OPTION...: a bare program can be built so here
works()
{
	printf '#include <stdio.h>\nint main(void) { return 0; }\n' |
		"$@" -x c -o "$dir/probe" - >/dev/null 2>&1
}

compile()
{
	local compiler=$1

	shift
	"$compiler" -O2 -Wall -Wextra -Werror -pedantic -Iuserlib/include "$@"
}

# program NAME COMPILER OPTION...
program()
{
	local name=$1

	shift
	if ! works "$@"; then
		skip "$name" "$1 cannot do it here"
		return
	fi
	{ compile "$@" -o "$dir/prog" "$dir/main.c" && compare; } \
		>"$dir/log" 2>&1
	ok $? "$name"
}

# library NAME COMPILER OPTION...: and a program that is linked with it
library()
{
	local name=$1

	shift
	if ! works "$@"; then
		skip "$name" "$1 cannot do it here"
		return
	fi
	{
		compile "$@" -shared -fPIC -o "$dir/library.so" \
			"$dir/library.c" &&
		compile "$@" -DLIBRARY -o "$dir/prog" "$dir/main.c" \
			"$dir/library.so" -Wl,-rpath,"$dir" && compare
	} >"$dir/log" 2>&1
	ok $? "$name"
}

if [ ! -x "$names" ]; then
	echo "1..0 # SKIP no $names"
	exit 77
fi
program "position-independent program" gcc -fPIE -pie
program "program at a fixed address" gcc -fno-pie -no-pie
program "static program" gcc -static
program "static and position-independent" gcc -static-pie
program "32-bit program" gcc -m32
program "32-bit program at a fixed address" gcc -m32 -fno-pie -no-pie
program "what --gc-sections leaves" \
	gcc -ffunction-sections -fdata-sections -Wl,--gc-sections
program "link-time optimisation" gcc -flto
program "stripped" gcc -s
program "without optimisation, for a debugger" gcc -O0 -g
program "linked by gold" gcc -fuse-ld=gold
program "linked by lld" gcc -fuse-ld=lld
program "linked by lld, swept" \
	gcc -fuse-ld=lld -fdata-sections -Wl,--gc-sections
program "segments apart" gcc -Wl,-z,separate-code
program "segments in one file page" gcc -Wl,-z,noseparate-code
program "under the address sanitizer" gcc -fsanitize=address
program "C++11" g++ -std=c++11 -x c++
program "C++20, at a fixed address" g++ -std=c++20 -no-pie -fno-pie -x c++
program "clang" clang
program "clang, at a fixed address" clang -no-pie -fno-pie
program "clang, 32 bits" clang -m32
library "shared library" gcc
library "shared library, 32 bits" gcc -m32
library "shared library, by lld" gcc -fuse-ld=lld
library "shared library, by clang" clang

compile gcc -o "$dir/prog" "$dir/main.c"
compile gcc -o "$dir/bare" -DFNAME_STATIC_='' \
	-include "$PWD/userlib/include/futexsync/name.h" \
	-Wno-error -Wno-unused-variable -x c - >/dev/null 2>&1 \
	< <(grep -v FNAME_STATIC "$dir/main.c")
[ "$(relocations "$dir/prog")" -eq "$(relocations "$dir/bare")" ]
ok $? "with gcc a name costs no dynamic relocation"
! LC_ALL=C readelf --sections --wide "$dir/prog" |
	grep 'note.futexsync.* A ' >"$dir/log"
ok $? "and is not loaded"
LC_ALL=C readelf --notes "$dir/prog" 2>&1 >/dev/null | grep . >"$dir/log"
[ ! -s "$dir/log" ]
ok $? "readelf finds the notes well-formed"
echo "1..$n"
exit $status
