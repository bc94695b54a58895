#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - bench: host.sh PROGRAMS DIR: how fast recordings are read
#
# DIR has what guest.sh left. Both readers run here, on what the guest wrote,
# and are measured by the CPU time of their processes, the best of three; so
# nobody else on the machine counts, nor do its disks. More lines for
# DIR/reader.tsv.
set -eu

programs=$1
dir=$2
futexwatch=build/futexwatch
events=10000000

put() {
	printf '%s\t%s\n' "$1" "$2" >>"$dir/reader.tsv"
}

# best COLUMN COMMAND...: the least of three
best() {
	local column=$1

	shift
	rm -f "$dir/spent"
	for _ in 1 2 3; do
		"$programs/spent" "$dir/spent" "$@" >"$dir/out" || return
	done
	cut -d ' ' -f "$column" "$dir/spent" | sort -n | head -n 1
}

# grown NAME EVENTS: a long recording, and what its report takes
grown() {
	put "$1.events" "$("$programs/grow" "$dir/long.data" "$dir/grown" \
		"$2" | cut -d ' ' -f 1)"
	put "$1.ns" "$(best 1 $futexwatch report "$dir/grown")"
	put "$1.kib" "$(cut -d ' ' -f 2 "$dir/spent" | sort -n | tail -n 1)"
	rm "$dir/grown"
}

grown half $((events / 2))
grown full $events
put perf.ns "$(best 1 perf script -i "$dir/perf.data")"
put perf.events "$(wc -l <"$dir/out")"
