# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - bench: from medians to costs, beside the peers
#
# usage: awk -v results=FILE -f report.awk goals.tsv raw.tsv

BEGIN {
	FS = "\t"
	nr_peers = split("floor bpftrace perf trace syscount strace", peers,
			 " ")
	nr_ops = split("wake eagain getppid read write openat pipes " \
		       "roundtrip mutex8 broadcast32", ops, " ")
}

# goals.tsv: name, watcher, operation, goal; other parts have reports of their own
NR == FNR {
	if ($0 !~ /^#/ && $2 != "lib" && $2 != "reader") {
		name[++nr_names] = $1
		watcher[$1] = $2
		what[$1] = $3
		goal[$1] = $4
	}
	next
}

# raw.tsv: watcher, operation, median and its company
{
	median[$1, $2] = $3
	deviation[$1, $2] = $6
}

# Says which of these operations were not measured under these watchers.
function need(watchers, operations, n, m, i, j, who, op)
{
	n = split(watchers, who, " ")
	m = split(operations, op, " ")
	for (i = 1; i <= n; i++)
		for (j = 1; j <= m; j++)
			if (!((who[i], op[j]) in median)) {
				printf "bench: %s under %s was not measured\n",
					op[j], who[i] >"/dev/stderr"
				missing = 1
			}
}

# Says what is not there; true when something is not.
function incomplete(i, all)
{
	for (i = 1; i <= nr_ops; i++)
		all = all " " ops[i]
	need("base again idle table stream other light floor bpftrace perf",
	     all)
	need("blind kprobes trace syscount strace", "wake eagain getppid")
	need("blind kprobes trace syscount", "roundtrip")
	if (!(("scan", "wake_32") in median)) {
		print "bench: strangers in a bucket were not measured" \
			>"/dev/stderr"
		missing = 1
	}
	return missing
}

# What a watcher adds to an operation. A wake-up is what a round trip through
# two pipes costs beyond its two reads and two writes; `call` is the dearer of
# a getppid and a wake.
function cost(who, op, a, b)
{
	if (op == "wakeup") {
		a = cost(who, "read") + cost(who, "write")
		return (cost(who, "pipes") - 2 * a) / 2
	}
	if (op == "call") {
		a = cost(who, "getppid")
		b = cost(who, "wake")
		return a > b ? a : b
	}
	return median[who, op] - median["base", op]
}

function put(key, value)
{
	printf "%s\t%.1f\tinstructions\n", key, value >results
}

# Was all of it measured? Some peers do a few operations only.
function has(who, op)
{
	if (op == "call")
		return 0
	return (who, op == "wakeup" ? "pipes" : op) in median
}

function put_watcher(who, i)
{
	for (i = 1; i <= nr_ops; i++)
		if (has(who, ops[i]))
			put(who "." ops[i], cost(who, ops[i]))
	if (has(who, "wakeup"))
		put(who ".wakeup", cost(who, "wakeup"))
}

function row(key, i, op, value)
{
	op = what[key]
	value = cost(watcher[key], op)
	put(key, value)
	printf "%-23s %8.1f%s %5s", key, value,
		(goal[key] != "-" && value > goal[key] + 0 ? "!" : " "), goal[key]
	for (i = 1; i <= nr_peers; i++)
		if (has(peers[i], op))
			printf (i == 1 ? " %8.1f" : " %8.0f"), cost(peers[i], op)
		else
			printf " %8s", "-"
	printf "\n"
}

# What each waiter of another word in the bucket adds to a wake.
function stranger(some, more)
{
	some = median["scan", "wake_16"]
	more = median["scan", "wake_32"]
	put("bucket.scan.per_stranger", (more - some) / 16)
	printf "bucket.scan.per_stranger %9.1f: a wake that finds nobody " \
		"costs %.0f,\n  beside 16 waiters of other words %.0f, " \
		"beside 32 %.0f\n", (more - some) / 16,
		median["scan", "wake_0"], some, more
}

function widest(i, off, most)
{
	for (i = 1; i <= nr_ops; i++) {
		off = cost("again", ops[i])
		off = off < 0 ? -off : off
		put("again." ops[i], off)
		if (off > most)
			most = off
	}
	return most
}

END {
	if (incomplete())
		exit 1
	printf "%-23s %8s  %5s", "instructions added", "measured", "goal"
	for (i = 1; i <= nr_peers; i++)
		printf " %8s", peers[i]
	printf "\n"
	for (i = 1; i <= nr_names; i++)
		row(name[i])
	printf "! above the goal; perf: record, trace: perf trace -s\n\n"
	stranger()
	printf "without any watcher:"
	for (i = 1; i <= nr_ops; i++) {
		put("base." ops[i], median["base", ops[i]])
		printf " %s %.0f", ops[i], median["base", ops[i]]
		if (i % 4 == 0)
			printf ",\n "
		else if (i < nr_ops)
			printf ","
	}
	printf "\nmeasured again at the end, off by %.1f at most\n", widest()
	for (i = 1; i <= nr_peers; i++)
		put_watcher(peers[i])
	put_watcher("table")
	put_watcher("stream")
	put_watcher("other")
	put_watcher("blind")
	put_watcher("kprobes")
}
