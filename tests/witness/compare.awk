# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - witness: are the counts on each word those that were expected?
#
# awk -v who=NAME -f compare.awk EXPECTED COUNTED
#
# EXPECTED: lines of a program with known counts, WORD KIND pid=N address=0xN
# NUMBER=N ...; COUNTED: those lines of it that begin with NAME. Each number of
# EXPECTED that COUNTED has at all must be there, and the same; no line stands
# for zeros. Prints what differs, or how much agrees. Exit status: 0, 1.

function key(    i, pair) {
	split("", field)
	for (i = 3; i <= NF; i++) {
		split($i, pair, "=")
		field[pair[1]] = pair[2]
	}
	return field["pid"] " " field["address"]
}

FNR == 1 { file++ }

file == 1 {
	word = key()
	names[word] = $1
	for (name in field)
		want[word, name] = field[name]
	next
}

$1 == who {
	word = key()
	for (name in field) {
		known[name] = 1
		is[word, name] = field[name]
	}
	lines[word]++
}

END {
	# A call that the kernel does not know is counted on no word.
	for (item in want) {
		split(item, part, SUBSEP)
		if (part[2] == "pid" || part[2] == "address" ||
		    !(part[2] in known) ||
		    part[2] == "calls" && !(part[1] in lines))
			continue
		compared++
		if (is[part[1], part[2]] + 0 == want[item] + 0)
			continue
		printf "%s: %s: %s says %d, not %d\n", names[part[1]], part[2],
			who, is[part[1], part[2]], want[item]
		bad = 1
	}
	for (word in names) {
		words++
		if (lines[word] > 1) {
			printf "%s: %s has %d lines\n", names[word], who,
				lines[word]
			bad = 1
		}
	}
	if (!compared) {
		printf "nothing to compare with %s\n", who
		exit 1
	}
	if (!bad)
		printf "%s: %d numbers of %d words agree\n", who, compared,
			words
	exit bad
}
