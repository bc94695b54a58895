# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - the output of strace -f, a whole call on each line
#
# strace splits calls that overlap in time. Prints "TID CALL(...) = RESULT" as
# each call ends; last of all, with a result of "?", those that never did.
{
	tid = $1
	line = $0
	sub(/^[0-9]+ +/, "", line)
}
line ~ /<unfinished \.\.\.>$/ {
	sub(/ *<unfinished \.\.\.>$/, "", line)
	half[tid] = line
	next
}
line ~ /^<\.\.\. [a-z_0-9]+ resumed>/ {
	sub(/^<\.\.\. [a-z_0-9]+ resumed>/, "", line)
	line = half[tid] line
	delete half[tid]
}
{ print tid " " line }

END {
	for (tid in half)
		print tid " " half[tid] ") = ?"
}
