#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: a right line of trace for each futex operation
#
# all_ops makes each once and knows what must be told of it; strace -f, in a run
# of its own, is the witness for the calls and what they returned.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# ops ARG...: ops.py, and its first complaints
ops() {
	python3 "$root/tests/cli/ops.py" "$@" >"$tmp/wrong" 2>&1 ||
		complain "$(head -n 5 "$tmp/wrong")"
}

# trace FORMAT: of all_ops, into $tmp/FORMAT, and what it must tell
trace() {
	run "$futexwatch" trace --format "$1" -o "$tmp/$1" -- "$program" \
		--expect
	status_is 0
	mv "$tmp/out" "$tmp/expected"
	[ -s "$tmp/expected" ] || complain "all_ops tells nothing"
}

text_lines() {
	begin "$name: the lines of trace are those of ops_lines.txt"
	trace table
	ops text "$tmp/expected" "$tmp/table" "$root/tests/cli/ops_lines.txt"
	end
}

json_records() {
	begin "$name: trace's JSON has each record, its waker, and no other"
	trace json
	ops json "$tmp/expected" "$tmp/json"
	end
}

csv_lines() {
	begin "$name: trace's CSV has as many lines, of as many values"
	trace csv
	wrong=$(python3 - "$tmp/expected" "$tmp/csv" <<-'END'
	import csv, sys
	want = [l for l in open(sys.argv[1]) if " missing" not in l]
	rows = list(csv.DictReader(open(sys.argv[2])))
	ops = sorted(l.split(" op=")[1].split()[0] for l in want)
	if sorted(row["op"] for row in rows) != ops:
	    print("other operations:", [row["op"] for row in rows])
	if any(None in row or None in row.values() for row in rows):
	    print("a line has too many or too few values")
	END
	)
	[ -z "$wrong" ] || complain "$wrong"
	end
}

witness() {
	begin "$name: strace sees the same calls and results"
	if ! command -v strace >/dev/null; then
		skip="there is no strace"
	else
		run strace -f -qq -X raw -e signal=none -o "$tmp/strace" \
			"$program"
		status_is 0
		awk -f "$root/tests/programs/strace_calls.awk" "$tmp/strace" \
			>"$tmp/calls"
		ops strace "$tmp/json" "$tmp/calls"
	fi
	end
}

for name in all_ops all_ops32; do
	program=$build/tests/$name
	if [ ! -x "$program" ]; then
		begin "$name"
		skip="it is not built"
		end
	elif ! "$build/tests/prime_counts${name#all_ops}" --kind wait_eagain \
		>"$tmp/out" 2>&1; then
		begin "$name"
		skip="this kernel has no futex() for such programs"
		end
	else
		text_lines
		json_records
		csv_lines
		witness
	fi
done

finish
