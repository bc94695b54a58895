# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - bench: what watching adds in cycles and nanoseconds
#
# usage: awk -v results=FILE -f time.awk time.tsv

BEGIN {
	FS = "\t"
	nr_ops = split("wake eagain roundtrip getppid", ops, " ")
	nr_watchers = split("table stream light floor perf", watchers, " ")
}

$2 == "ticks" {
	per_us = $3
	next
}

{
	median[$1, $2] = $3
}

END {
	if (!per_us) {
		print "bench: nobody told how fast the clock is" >"/dev/stderr"
		exit 1
	}
	printf "%-34s %10s %10s\n", "added, on the host's CPUs", "cycles", "ns"
	for (i = 1; i <= nr_watchers; i++)
		for (j = 1; j <= nr_ops; j++) {
			w = watchers[i]
			if (!((w, ops[j]) in median) ||
			    !(("base", ops[j]) in median)) {
				printf "bench: time of %s under %s was not measured\n",
					ops[j], w >"/dev/stderr"
				exit 1
			}
			cycles = median[w, ops[j]] - median["base", ops[j]]
			name = "time." w "." ops[j]
			printf "%-34s %10.1f %10.1f\n", name, cycles,
				1000 * cycles / per_us
			printf "%s.cycles\t%.1f\tcycles\n", name, cycles >results
			printf "%s.ns\t%.1f\tns\n", name,
				1000 * cycles / per_us >results
		}
}
