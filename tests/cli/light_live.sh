#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: --light
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

prime=$build/tests/prime_counts

if ! "$futexwatch" info | grep -q '^  light *found'; then
	begin "light capture"
	skip="this kernel cannot"
	end
	finish
fi

begin "record --light counts what slept, and what woke it"
run "$futexwatch" record --light -o "$tmp/data" -- "$prime"
status_is 0
fw report --all --format json "$tmp/data"
status_is 0
json 'j["capture"] == "light"'
json '[(w["waits"], w["wakes"], w["woken"], w["empty_wakes"])
	for w in [locks["word_wait_woken"]]] == [(53, 53, 53, 0)]'
json '[(w["wakes"], w["woken"], w["empty_wakes"])
	for w in [locks["word_wake_empty"]]] == [(103, 0, 103)]'
json 'locks["word_wait_timeout"]["outcomes"]["timed_out"] == 29'
json '[(w["waits"], w["wakes"], w["woken"], w["outcomes"]["acquired"])
	for w in [locks["word_lock_pi"]]] == [(17, 34, 17, 17)]'
json '[(locks[n]["wakes"], locks[n]["woken"])
	for n in ("word_wake_op", "word_wake_op_2nd")] == [(23, 23), (23, 23)]'
json 'locks["word_cmp_requeue"]["requeues"] == 19'
json '"word_wait_eagain" not in locks'
fw report "$tmp/data"
out_has '^light capture: calls that failed and waits that did not sleep are'
end

begin "so does top --light, from the table"
run "$futexwatch" top --light --all --batch -n 1 --format json -- "$prime"
status_is 0
json 'j["capture"] == "light"'
json '[(w["waits"], w["wakes"], w["woken"], w["empty_wakes"])
	for w in [locks["word_wait_woken"]]] == [(53, 53, 53, 0)]'
json 'locks["word_cmp_requeue"]["requeues"] == 19'
json 'locks["word_wait_timeout"]["outcomes"]["timed_out"] == 29'
fw top --light --batch -n 1 -i 0.1
out_has '^futexwatch .* light: no failed calls'
end

begin "only the light capture says what it is"
fw top --batch -n 1 -i 0.1 --format json
json '"capture" not in j'
end

begin "--light takes no stacks"
fw record --light --stack-min 2ms -o "$tmp/data" -- true
status_is 2
err_is_one_sentence record
fw record --light --stack-min off -o "$tmp/data" -- true
status_is 0
fw trace --light
status_is 2
end

finish
