#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: nothing is claimed of healthy programs, run after run
#
# HEALTHY_RUNS: how many of each (3; tests/run -f: 100).
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck source=tests/planted/lib.sh
. "$(dirname "$0")/../planted/lib.sh"

runs=${HEALTHY_RUNS:-3}
alarms='DEADLOCK|CYCLE|PRIORITY|lost wake-up|for ever|has ended with'

# again: once more? Says now and then how far it is.
again() {
	run=$((run + 1))
	[ $((run % 10)) -ne 1 ] || [ $run -eq 1 ] || echo "# $((run - 1)) runs"
	[ $run -le "$runs" ]
}

# The same beside a busy program. Planted programs end after ten minutes, which
# a hundred runs may take.
again_beside_busy() {
	again || return 1
	[ $((run % 10)) -eq 1 ] || return 0
	stop
	start "$planted/busy"
	until_so 0 'held by' -p $pid
}

no_findings() {
	status_is 0
	json '[(l["name"], l["findings"], l["wakes"], l["empty_wakes"], l["waits"])
	    for l in j["locks"] if l["findings"]] == []'
	json 'j["locks"] != []'
}

report_of() {
	run "$futexwatch" record -q -o "$tmp/data" "$@"
	status_is 0
	fw report --all --format json "$tmp/data"
	no_findings
}

top_of() {
	fw top --batch --all -n 1 --format json "$@"
	no_findings
}

why_of() {
	fw why "$@"
	status_is 0
	out_lacks "$alarms"
}

begin "report: a pool of workers"
run=0
while again; do
	report_of -- "$planted/healthy"
done
end

begin "top: the same"
run=0
while again; do
	top_of -- "$planted/healthy"
done
end

begin "report: a busy program"
run=0
while again_beside_busy; do
	report_of -d 300ms -p $pid
done
end

begin "top: the same"
run=0
while again_beside_busy; do
	top_of -i 300ms -p $pid
done
end

begin "why, of this program and of all"
run=0
while again_beside_busy; do
	why_of -p $pid
	why_of -a
done
end

stop
finish
