# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - witness: the same system calls, by bpftrace and by the records?
#
# awk -v program=COMM -f calls.awk BPFTRACE COUNTED
#
# A wait that is suspended (-516) and goes on in restart_syscall is one wait in
# the records and several calls for bpftrace: each restart takes one -516 away.
# Commands that no kernel knows have no record, but a counter. Prints what
# differs, or how much agrees. Exit status: 0, 1.

FNR == 1 { file++ }

# @calls[prime_counts, 0, -11]: 101
file == 1 && /^@(calls|restarts)\[/ {
	split($0, part, /[][,:] */)
	if (part[2] != program)
		next
	if (part[3] > 13) {
		unknown += part[6]
		next
	}
	traced[part[3], part[4]] += part[6]
	total += part[6]
	if (part[1] == "@restarts") {
		traced[part[3], -516] -= part[6]
		total -= part[6]
	}
	next
}

file == 2 && $1 == "call" {
	split($3, op, "=")
	split($4, ret, "=")
	split($6, n, "=")
	recorded[op[2], ret[2]] += n[2]
	traced[op[2], ret[2]] += 0
}

file == 2 && $1 == "counters" {
	for (i = 2; i <= NF; i++)
		if (sub(/^undecoded=/, "", $i))
			undecoded = $i
}

END {
	for (item in traced) {
		kinds++
		if (traced[item] == recorded[item] + 0)
			continue
		split(item, part, SUBSEP)
		printf "command %s, result %s: bpftrace %d, records %d\n",
			part[1], part[2], traced[item], recorded[item]
		bad = 1
	}
	if (unknown + 0 != undecoded + 0) {
		printf "unknown commands: bpftrace %d, futexwatch %d\n",
			unknown, undecoded
		bad = 1
	}
	if (!total) {
		print "bpftrace saw nothing"
		exit 1
	}
	if (!bad)
		printf "%d calls of %d kinds agree, and %d unknown ones\n",
			total, kinds, unknown
	exit bad
}
