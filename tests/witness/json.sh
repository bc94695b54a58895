#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - witness: the command's JSON, against what the program knows
. tests/witness/tap.sh

command=$build/futexwatch

record() {
	"$command" record -o "$work/recording" -- "$build/tests/prime_counts" \
		>"$work/report.expected"
}

report() {
	"$command" report --format json --all "$work/recording" \
		>"$work/report.json"
}

# What the program prints is kept out of what the command does.
top() {
	# shellcheck disable=SC2016 # the inner shell's
	"$command" top --batch -n 1 --format json --all -- \
		sh -c 'exec "$0" >"$1"' "$build/tests/prime_counts" \
		"$work/top.expected" >"$work/top.json"
}

parse() {
	jq -r --arg verb "$1" -f $here/json.jq "$work/$1.json" \
		>"$work/$1.counted"
}

# right NAME WHAT: no line tells of something wrong
right() {
	[ -s "$work/$1.counted" ] && ! grep "^$2: " "$work/$1.counted"
}

# The variables of the program, as far as it waited or woke there. One is an
# array, and its debug information tells the element, too.
names() {
	awk -v like="$2" '
		FNR == 1 { file++ }
		file == 1 && $1 ~ like && / (waits|wakes)=[1-9]/ { want[$1] }
		file == 2 && $1 == "json" {
			sub(/\[0\]$/, "", $2)
			delete want[$2]
			n++
		}
		END {
			for (name in want) {
				print name " is not named"
				bad = 1
			}
			exit bad || !n
		}' "$work/$1.expected" "$work/$1.counted"
}

# witness VERB WORDS
witness() {
	check "$1: prints JSON" "$1"
	check "$1: its JSON can be read" parse "$1"
	check "$1: counts are those of the program" counts_agree "$1" json
	check "$1: nothing dropped, every wait explained" right "$1" head
	check "$1: outcomes add up to waits" right "$1" sums
	check "$1: all keys are there" right "$1" keys
	check "$1: words have their names" names "$1" "$2"
}

if [ ! -x "$command" ] || ! command -v jq >/dev/null; then
	skip "the command's JSON" "no futexwatch in $build, or no jq"
	done_testing
	exit
fi
check "record writes a recording" record
witness report .
# A child that has ended between two looks is gone, and its names with it.
witness top '^word_[^s]'
done_testing
