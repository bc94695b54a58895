# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - witness: did each wait end as the program knows, by whom it knows?
#
# awk -f edges.awk EXPECTED COUNTED
#
# EXPECTED: the lines "wait" of known_wakers; COUNTED: the lines "edge" of
# count_words. On the words of EXPECTED both must tell the same waits, not one
# more. Prints what differs, or how much agrees. Exit status: 0, 1.

function parse(    i, pair) {
	for (i = 3; i <= NF; i++) {
		split($i, pair, "=")
		field[pair[1]] = pair[2]
	}
	word = field["pid"] " " field["address"]
	edge = word " thread " field["tid"] " " field["outcome"] " cause " \
		field["cause"] " waker " field["waker"]
}

FNR == 1 { file++ }

file == 1 && $1 == "wait" {
	parse()
	kind[word] = $2
	want[edge] += field["count"]
	of[edge] = word
	total += field["count"]
}

file == 2 && $1 == "edge" {
	parse()
	if (word in kind) {
		is[edge] += field["count"]
		of[edge] = word
	}
}

END {
	for (edge in of) {
		if (is[edge] + 0 == want[edge] + 0)
			continue
		printf "%s: %s: %d recorded, %d known\n", kind[of[edge]], edge,
			is[edge], want[edge]
		bad = 1
	}
	if (!total) {
		print "the program knows of no wait"
		exit 1
	}
	for (edge in want)
		edges++
	if (!bad)
		printf "%d waits of %d edges agree\n", total, edges
	exit bad
}
