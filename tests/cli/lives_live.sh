#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: other lives of a process number, or of an address, are
# other locks; seen from the same PID namespace, from outside and from inside
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

lives="setarch -R $build/tests/many_lives"
apart="unshare --pid --fork --mount-proc"

# The locks of the word, which is at one address wherever it is. Who lived for
# a moment only has no name any more.
at_word='[l for l in j["locks"] if
	l["address"] in [k["address"] for k in j["locks"] if k["waits"] == 17]]'

# lives_are COUNT...: the waits of all lives
lives_are() {
	json "sorted(l[\"waits\"] for l in $at_word) == [$1]"
}

# numbers_are N: of so many processes
numbers_are() {
	json "len({l[\"pid\"] for l in $at_word}) == $1"
}

# report_of COMMAND...: the report of what it recorded
report_of() {
	run "$@"
	status_is 0
	fw report --all --format json "$tmp/data"
	status_is 0
}

# shellcheck disable=SC2086
{
	begin "each life has its lock"
	report_of "$futexwatch" record -o "$tmp/data" -- $lives
	lives_are '2, 5, 7, 11, 17'
	numbers_are 3
	end

	begin "top has them, too"
	fw top --all --batch -n 1 -i 1h --format json -- $lives
	lives_are '2, 5, 7, 11, 17'
	end

	begin "the watched in a PID namespace, the watcher outside"
	report_of "$futexwatch" record -o "$tmp/data" -- $apart $lives
	lives_are '2, 5, 7, 11, 17'
	numbers_are 4
	end

	begin "both in a PID namespace"
	report_of $apart "$futexwatch" record -o "$tmp/data" -- $lives
	lives_are '2, 5, 7, 11, 17'
	numbers_are 3
	json 'all(l["pid"] < 100 for l in j["locks"])'
	end

	begin "two namespaces with the same numbers in each"
	report_of "$futexwatch" record -o "$tmp/data" -- sh -c \
		"$apart $lives & $apart $lives & wait"
	lives_are '2, 2, 5, 5, 7, 7, 11, 11, 17, 17'
	numbers_are 8
	end
}

finish
