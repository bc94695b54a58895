# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - bench: the library's figures, those with a goal first
#
# usage: awk -f report.awk goals.tsv lib.tsv

BEGIN { FS = "\t" }

# goals.tsv: name, "lib", -, goal
NR == FNR {
	if ($0 !~ /^#/ && $2 == "lib") {
		name[++nr_names] = $1
		goal[$1] = $4
	}
	next
}

# lib.tsv: name, value, unit
{
	value[$1] = $2
	if (!($1 in goal)) {
		other[++nr_others] = $1
		unit[$1] = $3
	}
}

function row(key)
{
	if (!(key in value))
		printf "%-36s %10s  %7s\n", key, "-", goal[key]
	else
		printf "%-36s %10.3f%s %7.2f\n", key, value[key],
			(value[key] > goal[key] ? "!" : " "), goal[key]
}

END {
	printf "\n%-36s %10s  %7s\n", "library, ours / peer", "measured",
		"goal"
	for (i = 1; i <= nr_names; i++)
		row(name[i])
	printf "! above the goal; - not measured\n\n"
	for (i = 1; i <= nr_others; i++)
		printf "%-44s %10.1f %s\n", other[i], value[other[i]],
			unit[other[i]]
}
