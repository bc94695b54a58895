#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: files that are no recordings, or no longer whole
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

"$build/tests/cli/make_recording" full "$tmp/full" || exit 1
size=$(wc -c <"$tmp/full")

# bad WHY FILE: one sentence, status 1, no data
bad() {
	fw report "$2"
	status_is 1
	out_empty
	err_is_one_sentence report
	err_has "$1"
}

begin "a file that is not there"
bad 'cannot open .*/none: No such file or directory' "$tmp/none"
end

begin "a directory"
mkdir "$tmp/dir"
bad 'Is a directory' "$tmp/dir"
end

begin "an empty file"
: >"$tmp/empty"
bad 'is empty' "$tmp/empty"
end

begin "foreign files"
echo 'not a recording' >"$tmp/foreign"
bad 'is not a futexwatch recording' "$tmp/foreign"
bad 'is not a futexwatch recording' "$futexwatch"
head -c 100000 /dev/zero >"$tmp/zeroes"
bad 'is not a futexwatch recording' "$tmp/zeroes"
end

begin "a recording of another version"
python3 - "$tmp/full" "$tmp/other" <<'END' || complain "cannot patch"
import struct, sys, zlib
data = bytearray(open(sys.argv[1], "rb").read())
# trace_format.h: 24 bytes of magic, byte order, version, ..., checksum
data[26:28] = struct.pack("=H", 77)
data[36:40] = struct.pack("=I", zlib.crc32(data[:36]))
open(sys.argv[2], "wb").write(data)
END
bad 'another version' "$tmp/other"
end

begin "a recording without its end is reported with a warning"
"$build/tests/cli/make_recording" endless "$tmp/endless"
fw report --format json "$tmp/endless"
status_is 0
err_has 'was cut short: it has no end mark'
json 'len(j["locks"]) == 7'
fw report --strict "$tmp/endless"
status_is 4
end

begin "a recording cut anywhere is reported as far as it goes"
cut=40
while [ "$cut" -lt "$size" ]; do
	head -c "$cut" "$tmp/full" >"$tmp/cut"
	fw report --all "$tmp/cut"
	status_is 0
	err_has 'was cut short'
	[ -z "$trouble" ] || break
	cut=$((cut + 97))
done
end

begin "a recording with a flipped bit never crashes it"
python3 - "$tmp/full" "$tmp" <<'END'
import random, sys
data = open(sys.argv[1], "rb").read()
random.seed(5)
for i in range(60):
    bad = bytearray(data)
    bad[random.randrange(len(bad))] ^= 1 << random.randrange(8)
    open(f"{sys.argv[2]}/flip{i}", "wb").write(bad)
END
for file in "$tmp"/flip*; do
	fw report --format json --all "$file"
	[ "$status" -le 1 ] || complain "status $status"
	[ -z "$trouble" ] || break
done
end

finish
