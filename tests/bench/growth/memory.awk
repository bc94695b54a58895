# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - bench: the module's memory, by formula and as measured
#
# usage: awk -v results=FILE -f memory.awk growth.tsv ...
#
# The formula is that of docs/cost.md, for the sizes that top and record ask for
# by themselves. Grown is what all of the kernel took meanwhile.

BEGIN {
	FS = "\t"
	page = 4096
	entry = 384	# struct fxw_waiter
	words = 4096	# FXW_VECTOR_WORDS
	waiters = 32768 # FXW_WAITERS_DEFAULT
	row = 1520	# struct fxw_table_slot
	rows = 8192	# FXW_TABLE_DEFAULT
	record = 128	# union futexwatch_record
	records = 32768 # 4 MiB
	stack = 4416	# a struct futexwatch_stack_slot, and 4 KiB
	stacks = 256
	ids = 17 * page # struct fxw_idset
	# More of what is held may be the kernel's list of the pages.
	near = 0.003
	states = "top light record"
}

{ raw[$1, $2] = $3 }

# What a session is charged for, but its filter.
function session(state, cpus)
{
	if (state == "record")
		return cpus * (page + records * record + page + stacks * stack)
	return rows * row
}

function formula(state, cpus)
{
	return session(state, cpus) + entry * waiters + \
		(state == "light" ? 0 : entry * words)
}

function need(watcher, what)
{
	if ((watcher, what) in raw)
		return raw[watcher, what]
	print "bench: memory " watcher " " what " was not measured" \
		>"/dev/stderr"
	missing = 1
	return 0
}

# Is what was measured that much more than the formula, or less than it?
function off(is, should)
{
	return is < should || is > should * (1 + near)
}

function line(state, cpus, key, is, should, charged, more)
{
	key = state "." cpus
	is = need("held", key)
	should = formula(state, cpus)
	charged = need("charged", key)
	more = need("grown", key) - need("grown", "loaded." cpus)
	wrong = off(is, should) || charged != session(state, cpus) + ids
	printf "growth.memory.%s\t%d\tbytes\n", key, is >results
	printf "growth.memory.%s.formula\t%d\tbytes\n", key, should >results
	printf "%-16s %12d %12d%s %12d %12d\n", key, should, is,
		(wrong ? "!" : " "), charged, more
}

END {
	printf "\n%-16s %12s %12s  %12s %12s\n", "memory, bytes", "formula",
		"held", "charged", "grown"
	n = split(states, state, " ")
	m = split("1 2 4 8", cpus, " ")
	for (i = 1; i <= n; i++)
		for (j = 1; j <= m; j++)
			line(state[i], cpus[j])
	printf "! less than the formula's, or %.1f %% more\n", near * 100
	code = need("code", "loaded.1")
	printf "growth.memory.loaded\t%d\tbytes\n", code >results
	printf "the module itself, loaded: %d\n", code
	exit missing
}
