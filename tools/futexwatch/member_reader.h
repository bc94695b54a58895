/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the process that reads the debug information of one file */
#ifndef FUTEXWATCH_MEMBER_READER_H
#define FUTEXWATCH_MEMBER_READER_H

/*
 * Reads addresses, one a line in hexadecimal, from the socket @talk and
 * answers each with a line: the address, and when a variable covers it "@",
 * its begin, its kind, its path and its name. Runs until the other end is
 * closed; returns never.
 */
_Noreturn void member_reader(int fd, int talk);

#endif /* FUTEXWATCH_MEMBER_READER_H */
