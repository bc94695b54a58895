/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the members that addresses in files are, by debug information */
#ifndef FUTEXWATCH_MEMBER_H
#define FUTEXWATCH_MEMBER_H

#include <stdbool.h>
#include <stdint.h>

/* An answer, perhaps yet to come. It lives as long as the file's debug. */
struct member {
	uint64_t address; /* in the file */
	bool done; /* the rest is set */
	bool found;
	uint64_t begin; /* of the variable, in the file */
	char *variable; /* clean */
	char *path; /* ".lock", "[3].m", "" */
	const char *kind; /* as in the JSON, or once */
};

/*
 * A file whose debug information is read by a process of its own: it may be
 * large, damaged or hostile, and servers (DEBUGINFOD_URLS) may be slow.
 */
struct debug;

/* @fd: the ELF file; it is kept. */
struct debug *debug_new(int fd);
void debug_free(struct debug *debug);

/* Asks for what lies at @address in the file; nothing is read yet. */
const struct member *debug_ask(struct debug *debug, uint64_t address);

/* Whether an answer is missing that may still come. */
bool debug_waits(const struct debug *debug);

/*
 * Passes on what was asked, and takes the answers that there are. It waits for
 * one more until @deadline_ns at most; 0: not at all.
 */
void debug_pump(struct debug *debug, uint64_t deadline_ns);

#endif /* FUTEXWATCH_MEMBER_H */
