# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - bench: what recordings cost, from what was measured
#
# usage: awk -v results=FILE -f report.awk goals.tsv reader.tsv

BEGIN { FS = "\t" }

# goals.tsv: name, "reader", whether more is better, goal
NR == FNR {
	if ($0 !~ /^#/ && $2 == "reader") {
		name[++nr_names] = $1
		more[$1] = $3 == "more"
		goal[$1] = $4
	}
	next
}

{ raw[$1] = $2 }

# Says what is not there, or cannot be.
function incomplete(n, i, all)
{
	if (raw["long.events"] <= raw["short.events"]) {
		print "bench: more traffic has no more events" >"/dev/stderr"
		missing = 1
	}
	n = split("pingpong.bytes empty.bytes mutex.bytes short.instr " \
		"long.instr few.instr many.instr half.ns full.ns perf.ns " \
		"perf.events", all, " ")
	for (i = 1; i <= n; i++)
		if (!(raw[all[i]] > 0)) {
			print "bench: " all[i] " was not measured" \
				>"/dev/stderr"
			missing = 1
		}
	if (raw["many.rows"] < 8000) {
		print "bench: top saw " raw["many.rows"] " locks" \
			>"/dev/stderr"
		missing = 1
	}
	return missing
}

function put(key, value, unit)
{
	printf "%s\t%.3f\t%s\n", key, value, unit >results
	measured[key] = value
	shown[++nr_shown] = key
	of[key] = unit
}

function row(key, above)
{
	if (key in goal && more[key])
		above = measured[key] < goal[key]
	else if (key in goal)
		above = measured[key] > goal[key]
	printf "%-32s %12.1f%s %7s %s\n", key, measured[key],
		(above ? "!" : " "), (key in goal ? goal[key] : ""), of[key]
}

function per(what, by)
{
	return raw[what] / raw[by]
}

# A call is one event to us and two to perf: the traffic counts, so calls.
END {
	if (incomplete())
		exit 1
	ours = per("full.events", "full.ns") * 1e9
	perfs = per("perf.events", "perf.ns") * 1e9
	events = raw["long.events"] - raw["short.events"]
	each = (raw["long.instr"] - raw["short.instr"]) / events
	once = raw["short.instr"] - each * raw["short.events"]
	# A table holds 8,192 words; the goal is for 10,000.
	tables = (raw["many.instr"] - raw["few.instr"]) / 10
	tables = tables / raw["many.rows"] * 10000

	put("read.events.per_s.ratio", ours / (perfs / 2), "ratio")
	put("read.memory", raw["full.kib"] * 1.024 / 1000, "MB")
	put("record.bytes_per_event", per("long.bytes", "long.events"), "bytes")
	put("record.cpu.instr", each, "instructions")
	put("top.cpu.instr", tables / 1e6, "million instructions")
	put("read.events.per_s", ours, "events/s")
	put("read.perf_events.per_s", perfs, "events/s")
	put("read.memory.half", raw["half.kib"] * 1.024 / 1000, "MB")
	n = split("pingpong empty mutex", kinds, " ")
	for (i = 1; i <= n; i++)
		put("record.bytes_per_event." kinds[i],
			per(kinds[i] ".bytes", kinds[i] ".events"), "bytes")
	put("record.cpu.once", once / 1e6, "million instructions")
	printf "\n%-32s %12s  %7s\n", "recordings", "measured", "goal"
	for (i = 1; i <= nr_shown; i++)
		row(shown[i])
	printf "! goal not reached\n"
}
