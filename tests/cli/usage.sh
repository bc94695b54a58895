#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: help, and command lines that make no sense
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# usage_error WHY ARG...: status 2, one sentence, no data
usage_error() {
	why=$1
	shift
	begin "refused: futexwatch $*"
	fw "$@"
	status_is 2
	out_empty
	err_is_one_sentence '[a-z]+'
	err_has "$why"
	end
}

begin "without a verb the usage is shown, and that is an error"
fw
status_is 2
out_empty
err_has '^Usage: futexwatch VERB'
end

for help in --help -h help; do
	begin "futexwatch $help lists the verbs"
	fw $help
	status_is 0
	err_empty
	for verb in top trace record report buckets why info verify; do
		out_has "^  $verb +[A-Z]"
	done
	end
done

begin "--version says the version, alone and after a verb"
fw --version
status_is 0
out_has '^futexwatch [0-9]+\.[0-9]+\.[0-9]+$'
fw top -V
status_is 0
out_has '^futexwatch [0-9]+\.[0-9]+\.[0-9]+$'
end

for verb in top trace record report buckets why info verify; do
	begin "$verb --help fits 80 columns and ends in examples"
	fw $verb --help
	status_is 0
	err_empty
	out_has "^Usage: futexwatch $verb "
	[ "$(wc -L <"$tmp/out")" -lt 80 ] || complain "a line is too long"
	[ "$(awk '/^Examples:/ { seen = 1 } !/^ / && !/^Examples:/ { seen = 0 }
		END { print seen + 0 }' "$tmp/out")" -eq 1 ] ||
		complain "examples are not last"
	out_has '^  -h, --help'
	end
done

begin "help shows only what the verb takes"
fw report --help
out_lacks '--pid'
out_lacks '--batch'
fw info --help
out_lacks '--sort'
fw record --help
out_lacks '--format'
end

begin "help tells defaults in parentheses"
fw top --help
out_has 'time from table to table \(1;'
fw record --help
out_has '\(futexwatch\.data\)'
end

for verb in top trace record report buckets why info verify; do
	begin "the manual page has every option of $verb"
	fw $verb --help
	# shellcheck disable=SC2013 # options have no blanks in them
	for option in $(grep -oE '^ +(-., )?--[a-z-]+' "$tmp/out" |
		grep -o '[a-z][a-z-]*$'); do
		sed 's/\\-/-/g' "$root/man/futexwatch.1" |
			grep -q -e "--$option" -e "\"--\" \"$option" ||
			complain "the manual page lacks --$option"
	done
	end
done

for verb in top report; do
	begin "$verb -s help lists the sort keys"
	fw $verb -s help
	status_is 0
	err_empty
	out_has '^wait .*\(default\)'
	out_has '^p99 '
	end
done

usage_error "'0' is not a share of CPU time" top --max-overhead 0
usage_error "'101' is not a share of CPU time" record --max-overhead 101
usage_error "'much' is not a share of CPU time" top --max-overhead=much
usage_error "unknown verb 'nonsense'" nonsense
usage_error "unknown option '--nonsense'" --nonsense
usage_error "unknown verb 'wye'" wye
usage_error 'unknown option --nonsense' top --nonsense
usage_error 'unknown option -Z' top -Z
usage_error 'unknown option -Z' top -qZ
usage_error 'unknown option -i' report -i 1 file
usage_error 'option -p needs a value' top -p
usage_error 'option --pid needs a value' top --pid
usage_error "'x' is not the number" top -p x
usage_error "'-5' is not the number" top -p -5
usage_error "'0' is not the number" trace -t 0
usage_error "'12three' is not the number" record -p 12three
usage_error "'5parsec' is not a time" top -d 5parsec
usage_error "'0' is not a time" top -d 0
usage_error "'-1' is not a time" record --min-wait -1
usage_error "'1us' is too short" top -i 1us
usage_error "'0' is not a count" top -n 0
usage_error "'1.5' is not a count" trace -n 1.5
usage_error "'5ms' is not a size" record --ring 5ms
usage_error "'worst' is not a sort key" top -s worst
usage_error "'xml' is not a format" report --format xml
usage_error "unexpected 'program'" record program args
usage_error "unexpected 'b'" report a b
usage_error 'runs no program' report -- program
usage_error 'a program must follow --' top --
usage_error '-a is every process' record -a -p 1

begin "numbers with units are accepted"
fw top -d 5ms -i 1.5s -n 1k --min-wait 10us -s help
status_is 0
end

begin "data that nobody can take are an error"
if [ -e /dev/full ]; then
	"$futexwatch" top --help >/dev/full 2>"$tmp/err"
	status=$?
	status_is 1
	err_has 'cannot write the data: No space left on device'
else
	skip="no /dev/full"
fi
end

finish
