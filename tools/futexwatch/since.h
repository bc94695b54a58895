/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - for how long a thread has slept, by the scheduler's books */
#ifndef FUTEXWATCH_SINCE_H
#define FUTEXWATCH_SINCE_H

#include <stdbool.h>
#include <stdint.h>

struct since;

/* While it lives the caller may be on other CPUs than it asked for. */
struct since *since_new(void);
void since_free(struct since *s);

/*
 * How long ago thread @tid, which sleeps and was on @cpu last, left its CPU;
 * 0: not known, as with who was moved to another CPU when it had just fallen
 * asleep (6.12 and later: the kernel forgets the moment then). The clock that this is read from stands still while the CPU
 * serves interrupts, so it is that long ago or a little longer; and a wait that
 * was interrupted began before.
 */
uint64_t since_ns(struct since *s, uint32_t tid, uint32_t cpu);

/* The part for tests: the moment in the text of /proc/TID/sched; 0: none. */
uint64_t since_parse(const char *text);

#endif /* FUTEXWATCH_SINCE_H */
