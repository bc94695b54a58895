# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - witness: buckets as bpftrace walked them, and as the device says
#
# usage: awk -f buckets.awk SLEPT WALKED	see bucket_sleepers.c, buckets.sh
#
# Only the program's own waiters are compared; all others may come and go. In
# the device's snapshot the one that has slept longest comes first.

function wrong(text)
{
	print text
	bad = 1
}

FNR == NR && $1 == "slept" {
	mine[$2] = 1
	slept++
}

FNR == NR && $1 == "ours" {
	bucket = $2 " " $5 " " $4
	n = ++ours[bucket]
	tid[bucket, n] = $3
	asleep[bucket, n] = $7
	total[$2] += mine[$3]
}

FNR < NR && $1 == "walk" {
	walks++
	walk_phase[walks] = substr($2, 6)
	walk_global[walks] = $3
	walk_own[walks] = $4
}

FNR < NR && $1 == "node" && mine[$2] {
	walked[walks] = walked[walks] " " $2
}

# The program's waiters of a bucket, as the device has them.
function in_order(bucket,    i, j, n, best, text)
{
	n = ours[bucket]
	for (i = 1; i <= n; i++) {
		best = 0
		for (j = 1; j <= n; j++) {
			if (!((bucket, j) in taken) &&
			    (!best || asleep[bucket, j] > asleep[bucket, best]))
				best = j
		}
		taken[bucket, best] = 1
		if (mine[tid[bucket, best]])
			text = text " " tid[bucket, best]
	}
	return text
}

END {
	for (bucket in ours) {
		order = in_order(bucket)
		if (order == "")
			continue
		text[bucket] = order
		buckets++
	}
	for (i = 1; i <= walks; i++) {
		found = ""
		for (bucket in text) {
			split(bucket, part, " ")
			index_there = part[2] == 1 ? walk_own[i] - 1 \
						   : walk_global[i]
			if (part[1] == walk_phase[i] &&
			    part[3] == index_there && text[bucket] == walked[i])
				found = bucket
		}
		if (found == "")
			wrong("phase " walk_phase[i] ": the kernel has" \
			      walked[i] " in " walk_global[i] " or " \
			      walk_own[i] - 1)
		else
			seen[found] = 1
	}
	for (bucket in text) {
		if (!seen[bucket])
			wrong("the device has" text[bucket] " in " bucket)
		n = split(text[bucket], part, " ")
		if (n > deepest)
			deepest = n
	}
	print buckets + 0 " buckets with " slept " waiters, " deepest + 0 \
		" in the deepest; " walks + 0 " walks"
	if (!slept || walks < 6 || deepest < 5)
		wrong("too little was compared")
	for (phase in total) {
		if (total[phase] != slept)
			wrong("phase " phase ": the device has " \
			      total[phase] " of " slept)
	}
	exit bad
}
