#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - tests of tools/bpftrace: futexwatch verify
# shellcheck source=tests/witness/tap.sh
. tests/witness/tap.sh

# verify ARG...: its table is in $work/table, its status in $status
verify() {
	"$build/futexwatch" verify "$@" >"$work/table" 2>"$work/talk"
	status=$?
	cat "$work/table" "$work/talk"
}

# column NAME N: of the table's row
column() {
	sed -n "s/^ *$1  *\([0-9]\)/\1/p" "$work/table" | tr -d , |
		awk -v n="$2" '{ print $n; exit }'
}

# The kernel skips a run of a script when its task has been preempted in another,
# at any time: then the scripts lack some calls, and it says so.
same_calls() {
	grep -q '^the counts agree$' "$work/table" &&
		[ "$(column calls 1)" = "$(column calls 2)" ] && return
	grep -q '^the counts differ by no more than was lost$' "$work/table" &&
		[ "$(column scripts 1)" -ge "$(column calls 4)" ] &&
		[ "$(column calls 3)" -eq 0 ] &&
		[ "$(column 'waits that ended' 3)" -eq 0 ] &&
		[ "$(column 'waits with their waker' 3)" -eq 0 ]
}

# All that the programs know of, and both ways to call.
programs_agree() {
	local all=("$build/tests/prime_counts" "$build/tests/known_wakers")

	[ ! -x "$build/tests/prime_counts32" ] || ! can_run prime_counts32 ||
		all+=("$build/tests/prime_counts32")
	# shellcheck disable=SC2016 # for that shell
	verify -- bash -c 'for p; do "$p" || exit; done' bash "${all[@]}"
	[ "$status" -eq 0 ] && same_calls &&
		[ "$(column calls 1)" -gt 2000 ] &&
		[ "$(column TRYLOCK_PI 1)" -ge 13 ] &&
		[ "$(column 'waits with their waker' 1)" -gt 200 ]
}

# A bpftrace whose futexops.bt takes each fifth result for another. It misses its
# first SIGINT, too.
lying_bpftrace() {
	mkdir "$work/bin"
	cat >"$work/bin/bpftrace" <<-END
		#!/bin/bash
		args=("\$@")
		file=\${args[-2]}
		if [ "\${file##*/}" = futexops.bt ]; then
			sed 's/retval\] = count/retval == 0 ? 5 : retval] = count/' \
				"\$file" >"$work/futexops.bt"
			args[-2]="$work/futexops.bt"
		fi
		export DEAF="$work/deaf" LD_PRELOAD="$build/tests/deaf.so"
		exec $(command -v bpftrace) "\${args[@]}"
	END
	chmod +x "$work/bin/bpftrace"
}

# Of the whole system: what the other scripts count is right all the same. Of
# the 16 waits that verify makes, some may come too late to sleep.
lie_is_found() {
	lying_bpftrace
	PATH=$work/bin:$PATH verify -d 1
	[ "$status" -eq 1 ] && [ "$(cat "$work/deaf")" = XXX ] &&
		grep -q '^THE COUNTS DIFFER' "$work/table" &&
		[ "$(column calls 3)" -ge 8 ] &&
		grep -qE '^calls: WAIT 5: module 0, scripts ([89]|[1-9][0-9]+),' \
			"$work/table" &&
		[ "$(column 'waits that ended' 1)" -ge 8 ] &&
		[ "$(column 'waits that ended' 3)" -eq 0 ] &&
		[ "$(column 'waits that ended' 4)" -eq 0 ] &&
		[ "$(column 'waits with their waker' 3)" -eq 0 ] &&
		[ "$(column 'waits with their waker' 4)" -eq 0 ]
}

# broken_script: what bpftrace says of it is passed on, and nothing is left
broken_script() {
	printf '#!/bin/sh\necho "ERROR: no such probe" >&2\nexit 1\n' \
		>"$work/bin/bpftrace"
	PATH=$work/bin:$PATH verify -- true
	[ "$status" -eq 1 ] && grep -q \
		'^futexwatch: verify: bpftrace cannot run futexops.bt: ERROR: no such probe$' \
		"$work/talk"
}

without_bpftrace() {
	PATH=$work "$build/futexwatch" verify -- true 2>"$work/talk"
	[ $? -eq 1 ] &&
		grep -q 'there is no bpftrace (sudo apt install bpftrace)' \
			"$work/talk"
}

without_root() {
	chmod 755 "$work"
	setpriv --reuid=65534 --clear-groups --inh-caps=-all \
		--bounding-set=-all "$build/futexwatch" verify 2>"$work/talk"
	[ $? -eq 3 ] && grep -q 'it needs CAP_PERFMON' "$work/talk"
}

check "without bpftrace it is 1" without_bpftrace
check "without root it is 3" without_root
if ! command -v bpftrace >/dev/null; then
	skip "the rest" "there is no bpftrace"
	done_testing
	exit
fi
check "module and scripts count the same of known programs" programs_agree
check "a script that counts wrongly is found out, and told twice to end" \
	lie_is_found
check "a script that does not run is 1" broken_script
done_testing
