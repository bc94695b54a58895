# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - bench: how costs grow, from what was measured
#
# usage: awk -v results=FILE -f report.awk growth.tsv ...

BEGIN {
	FS = "\t"
	wanted = "words.10 words.1000 words.100000 threads.1 threads.100 " \
		"threads.1000 threads.5000"
	sessions = "1 2 4 8 16"
	cpus = "1 2 4 8"
}

{ raw[$1, $2] = $3 }

function need(watcher, what)
{
	if (raw[watcher, what] > 0)
		return raw[watcher, what]
	print "bench: " what " under " watcher " was not measured" \
		>"/dev/stderr"
	missing = 1
	return 1
}

function put(key, value, unit)
{
	printf "growth.%s\t%.3f\t%s\n", key, value, unit >results
	printf "growth.%-25s %12.2f  %s\n", key, value, unit
}

END {
	printf "\n%-32s %12s\n", "growth", "measured"
	n = split(wanted, all, " ")
	for (i = 1; i <= n; i++)
		put(all[i], need("table", all[i]) - need("base", all[i]),
			"instructions")
	n = split(sessions, all, " ")
	for (i = 1; i <= n; i++) {
		put("sessions." all[i] ".wake", need("sessions." all[i], "wake") - \
			need("sessions.0", "wake"), "instructions")
		put("sessions." all[i] ".roundtrip",
			need("sessions." all[i], "roundtrip") - \
			need("sessions.0", "roundtrip"), "instructions")
	}
	n = split(cpus, all, " ")
	for (i = 1; i <= n; i++) {
		put("cpus." all[i] ".own", need("table", "own." all[i]) / \
			need("base", "own." all[i]), "ratio")
		put("cpus." all[i] ".same", need("table", "same." all[i]) / \
			need("base", "same." all[i]), "ratio")
	}
	exit missing
}
