#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: what is said where there is no device
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

missing='^futexwatch: %s: cannot open /dev/futexwatch: No such file \(is the module loaded\? sudo modprobe futexwatch\)$'

for verb in top trace record info; do
	begin "$verb without the device ends with 3 and what mends it"
	[ ! -e /dev/futexwatch ] || skip="the device is here"
	[ -n "$skip" ] || fw $verb
	[ -n "$skip" ] || {
		status_is 3
		out_empty
		err_is_one_sentence $verb
		# shellcheck disable=SC2059
		err_has "$(printf "$missing" $verb)"
	}
	end
done

begin "the program is not started, and no file is written"
[ ! -e /dev/futexwatch ] || skip="the device is here"
[ -n "$skip" ] || {
	echo old >"$tmp/data"
	fw record -o "$tmp/data" -- touch "$tmp/started"
	status_is 3
	[ ! -e "$tmp/started" ] || complain "the program was started"
	[ "$(cat "$tmp/data")" = old ] || complain "the file was overwritten"
}
end

begin "a usage error comes before the missing device"
fw top -p nonsense
status_is 2
end

begin "a process that is not there comes after it"
[ ! -e /dev/futexwatch ] || skip="the device is here"
[ -n "$skip" ] || fw top -p 4194304
[ -n "$skip" ] || status_is 3
end

finish
