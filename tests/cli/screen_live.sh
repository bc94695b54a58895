#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: top on the full screen, seen through tmux
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

export TERM=screen
screen=0
t() {
	tmux -f /dev/null -S "$tmp/tmux$screen" "$@"
}

# shows REGEX: waits until the screen does
shows() {
	limit=$(($(date +%s) + 30))
	while :; do
		t capture-pane -p >"$tmp/out" 2>"$tmp/err"
		grep -qE -e "$1" "$tmp/out" && return
		[ "$(date +%s)" -lt $limit ] || break
		sleep 0.25
	done
	complain "the screen does not show: $1"
}

# start WIDTH HEIGHT COMMAND: on a server of its own, as the last one may still
# be on its way out
start() {
	t kill-server 2>/dev/null
	screen=$((screen + 1))
	t new-session -d -x "$1" -y "$2" \
		"$3; echo status \$?; stty -a | grep -q ' echo ' && echo sane;
		sleep 60"
}

# on_screen: the number of the process that has the screen
on_screen() {
	pgrep -P "$(t list-panes -F '#{pane_pid}')"
}

busy=$build/examples/producer_consumer
# Mostly asleep: an emulated CPU that computes all the time starves the screen.
"$busy" --seconds 600 --work-us 20 --pause-us 10000 >/dev/null &
load=$!
trap 'kill $load; t kill-server; rm -rf "$tmp"' EXIT
sleep 1

if ! command -v tmux >/dev/null; then
	begin "full screen"
	skip="no tmux"
	end
	finish
fi

begin "the table shows the locks and the keys"
start 80 24 "$futexwatch top"
shows 'bounded_buffer'
shows '^futexwatch  [0-9.]+ .*events/s   dropped 0   explained 100 %'
shows 'of all contention'
shows 'WAIT/s NOW/MAX WAITS/s'
shows 'q quit  s sort \(wait\)'
end

begin "s sorts by the next key"
t send-keys s
shows 's sort \(waits\)'
end

begin "Enter shows one lock: histogram, outcomes, wakers"
t send-keys Home Enter
shows 'wait from'
shows 'woken by   [0-9]+ (producer|consumer)'
shows 'ended      woken'
t send-keys q
shows 'WAIT/s NOW/MAX'
end

begin "b shows the hash buckets, and scrolls"
t send-keys b
shows '^ BUCKET  DEPTH  PEAK  WORDS  SCANNED/WOKEN'
shows '^global table.*, [0-9,]+ in use by [0-9,]+ words?'
shows '^  base proved by [0-9,]+ waits, 0 against$'
shows '^ +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ .*producer_cons.* bounded_buffer'
t send-keys j j j
shows 'up down: move'
t send-keys b
shows 'WAIT/s NOW/MAX'
end

begin "/ filters by name, Esc ends the filter"
t send-keys / n o s u c h
shows '^/nosuch'
t send-keys Enter
shows ' / nosuch'
out_lacks 'bounded_buffer'
t send-keys Escape
shows 'bounded_buffer'
end

begin "p pauses"
t send-keys p
shows 'PAUSED'
t send-keys p
shows '^ q quit'
end

begin "h shows the help"
t send-keys h
shows '^Columns'
t send-keys h
shows 'bounded_buffer'
end

begin "a narrow terminal shows less, and breaks nothing"
t resize-window -x 40 -y 10
shows '^ +WAIT/s LOCK'
shows 'bounded_buffer'
[ "$(wc -L <"$tmp/out")" -le 40 ] || complain "a line is too long"
t resize-window -x 130 -y 30
shows 'WAKES/s +EMPTY +DELAY +BUCKET LOCK'
end

begin "q leaves, with the terminal as it was"
t send-keys q
shows 'status 0'
shows '^sane'
end

for signal in INT TERM QUIT; do
	begin "SIG$signal leaves, with the terminal as it was"
	start 80 24 "$futexwatch top"
	shows 'bounded_buffer'
	kill -$signal "$(on_screen)"
	shows 'status '
	shows '^sane'
	end
done

begin "a crash leaves the terminal as it was"
start 80 24 "$build/futexwatch top"
shows 'bounded_buffer'
kill -SEGV "$(on_screen)"
shows 'status 139'
shows '^sane'
end

begin "what the program writes does not disturb the screen"
start 80 24 "$futexwatch top -- sh -c 'while :; do echo noise; sleep 0.1; done'"
shows 'q quit'
sleep 1
shows 'q quit'
out_lacks noise
t send-keys q
shows 'status 0'
end

# The program ends when somebody reads what it has to say. On a slow machine a
# further interval, without calls, can come before that: then it is tried again.
mkfifo "$tmp/gate"
begin "a program that has ended leaves the last picture that shows something"
for _ in 1 2 3 4 5; do
	start 80 24 "$futexwatch top --all -i 4 -- sh -c \
		'$busy --items 1000; echo >$tmp/gate'"
	shows 'bounded_buffer'
	cat "$tmp/gate" >/dev/null
	shows 'ENDED'
	! grep -q 'bounded_buffer' "$tmp/out" || break
done
shows 'bounded_buffer'
t send-keys q
shows 'status 0'
end

begin "a locale without UTF-8 gets ASCII bars"
start 80 24 "LC_ALL=C $futexwatch top"
shows '^[.:=+*%#-]  *[0-9]'
t send-keys q
shows 'status 0'
end

begin "a terminal that can do nothing is told to try --batch"
start 80 24 "TERM=dumb $futexwatch top"
shows 'status 1'
shows 'try --batch'
end

finish
