#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: waiters whom nobody will wake any more
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck source=tests/planted/lib.sh
. "$(dirname "$0")/../planted/lib.sh"

for program in lost_wake lost_wake.static lost_wake.stripped lost_wake32; do
	[ -x "$planted/$program" ] || continue
	begin "$program: a word that was set, and nobody to wake"
	start "$planted/$program"
	until_so 0 'lost wake-up' -p $pid
	out_has ' waiter  waits for  '
	out_has 'It waits while there is 0, there is 7, and all threads here sleep$'
	fw why -p $pid --format json
	json '[t["note"] for t in j["threads"]] == ["lost wake-up"]'
	json 'j["cycles"] == []'
	stop
	end
done

begin "a busy program and one that is parked have lost nothing"
start "$planted/busy"
looks=0
while [ $looks -lt 10 ]; do
	looks=$((looks + 1))
	fw why -p $pid
	out_lacks 'lost wake-up|PRIORITY'
done
stop
start "$planted/pi_chain"
until_so 0 '  [0-9]+ taker +waits for' -p $pid
out_lacks 'lost wake-up|PRIORITY'
stop
end

finish
