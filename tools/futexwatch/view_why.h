/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - who waits for whom, in words */
#ifndef FUTEXWATCH_VIEW_WHY_H
#define FUTEXWATCH_VIEW_WHY_H

#include <stdio.h>

#include "options.h"
#include "picture.h"

void view_why(const struct picture *p, const struct options *options,
	      FILE *out);

/* Parts of it, each in a file of its own. */
void view_cycles(const struct picture *p, const struct options *options,
		 FILE *out);
void view_chains(const struct picture *p, const struct options *options,
		 FILE *out);
void view_parked(const struct picture *p, const struct options *options,
		 FILE *out);

/* "4713 post_entry"; with its process where that is another thing: */
void view_thread(const struct actor *actor, FILE *out);
char *view_thread_text(const struct actor *actor, bool with_process);

/* "index_lock (rwlock, write)" */
char *view_lock_text(const struct wait *wait);

/* "held by 4714  [glibc owner]" */
void view_holder(const struct wait *wait, FILE *out);

/* For how long it waits, at least or exactly; 0: not known. */
uint64_t view_wait_time(const struct wait *wait, enum evidence *evidence);

/* "for 2.3 s", "for at least 2.3 s" */
void view_time(uint64_t ns, enum evidence evidence, FILE *out);

/* How long, as a line of its own, and what the module saw there. */
void view_waited(const struct wait *wait, unsigned int indent, FILE *out);

/* "at f (a.c:1) <- g (a.c:2)", and with -v all frames, a line each. */
void view_stack(const struct stack *stack, const struct options *options,
		unsigned int indent, FILE *out);

#endif /* FUTEXWATCH_VIEW_WHY_H */
