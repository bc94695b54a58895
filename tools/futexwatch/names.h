/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the names of futex words, each looked up once */
#ifndef FUTEXWATCH_NAMES_H
#define FUTEXWATCH_NAMES_H

#include <stdint.h>

#include "procs.h"
#include "resolve.h"

struct names;

/* @procs and @resolver stay the caller's and must live longer. */
struct names *names_new(struct procs *procs, struct resolver *resolver);
void names_free(struct names *names);

/*
 * The name of a word; it always has one, if only its address in digits. It
 * lives until the names do.
 */
const struct name *names_get(struct names *names, uint32_t pid, uint64_t space,
			     uint64_t address);

/*
 * Names that debug information tells better come later, for reading it takes
 * time: this waits for them, but for @limit_ns at most, and for a few seconds
 * in all (longer where servers are asked). Then names_get() has them.
 */
void names_settle(struct names *names, uint64_t limit_ns);

/* What a recording says: "0xaddress mutex", of a word that has its name. */
void names_set_kind(struct names *names, uint32_t pid, const char *line);

/* What a recording says: "0xaddress tid": that wait is for a thread's end. */
void names_set_joined(struct names *names, uint32_t pid, const char *line);
uint32_t names_joined(const struct names *names, uint32_t pid,
		      uint64_t address);

/* What a recording says: "0xaddress object name", blanks in object escaped. */
void names_set_line(struct names *names, uint32_t pid, const char *line);
char *names_line(uint64_t address, const struct name *name);

#endif /* FUTEXWATCH_NAMES_H */
