# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# futexwatch - cli tests: run the command, look at what it said, speak TAP
#
#	. "$(dirname "$0")/lib.sh"
#	begin "an unknown verb is a usage error"
#	fw nonsense
#	status_is 2
#	err_has "unknown verb 'nonsense'"
#	end
#	...
#	finish
#
# The command's output is in $tmp/out and $tmp/err, its status in $status.

root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/${O:-build}
# With sanitizers, but not in the machine, which has no time for them.
case $0 in
*_live.sh) futexwatch=$build/futexwatch ;;
*) futexwatch=$build/tests/cli/futexwatch ;;
esac
futexwatch=${FUTEXWATCH:-$futexwatch}
export ASAN_OPTIONS=detect_leaks=0
unset NO_COLOR COLUMNS SUDO_USER
LC_ALL=C.UTF-8
export LC_ALL

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
number=0
failed=0
status=0

begin() {
	number=$((number + 1))
	title=$1
	trouble=
	skip=
}

# complain WHAT: the test has failed
complain() {
	[ -n "$trouble" ] || printf '# in: %s\n' "$title"
	printf '# %s\n' "$1"
	trouble=yes
}

end() {
	if [ -n "$skip" ]; then
		echo "ok $number - $title # SKIP $skip"
	elif [ -n "$trouble" ]; then
		failed=$((failed + 1))
		sed 's/^/# err: /' "$tmp/err" | head -n 20
		sed 's/^/# out: /' "$tmp/out" | head -n 20
		echo "not ok $number - $title"
	else
		echo "ok $number - $title"
	fi
}

finish() {
	echo "1..$number"
	[ "$failed" -eq 0 ]
	exit
}

# until_there FILE: waits for it, half a minute at most
until_there() {
	tries=0
	while [ ! -e "$1" ] && [ $tries -lt 120 ]; do
		sleep 0.25
		tries=$((tries + 1))
	done
}

# fw ARG...: runs the command
fw() {
	run "$futexwatch" "$@"
}

run() {
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	status=$?
	if grep -q -e 'AddressSanitizer' -e 'runtime error' "$tmp/err"; then
		complain "a sanitizer has something to say"
	fi
}

status_is() {
	[ "$status" -eq "$1" ] || complain "status $status, want $1"
}

out_has() {
	grep -qE -e "$1" "$tmp/out" || complain "stdout lacks: $1"
}

out_lacks() {
	! grep -qE -e "$1" "$tmp/out" || complain "stdout has: $1"
}

err_has() {
	grep -qE -e "$1" "$tmp/err" || complain "stderr lacks: $1"
}

out_empty() {
	[ ! -s "$tmp/out" ] || complain "stdout is not empty"
}

err_empty() {
	[ ! -s "$tmp/err" ] || complain "stderr is not empty"
}

# Every sentence has one form, and is one line.
err_is_one_sentence() {
	[ "$(wc -l <"$tmp/err")" -eq 1 ] || complain "not one line on stderr"
	err_has "^futexwatch: ($1: )?[^ ].*[^.]\$"
}

# json EXPRESSION: true of the JSON on stdout, as Python sees it in `j`
json() {
	python3 - "$tmp/out" "$1" <<-'END' >"$tmp/json" 2>&1 ||
	import json, sys
	j = json.load(open(sys.argv[1], encoding="utf-8"))
	locks = {l["name"]: l for l in j.get("locks", [])} \
	    if isinstance(j, dict) else {}
	if not eval("(" + sys.argv[2] + ")"):
	    sys.exit("not so: " + sys.argv[2])
	END
		complain "$(tail -n 1 "$tmp/json")"
}
