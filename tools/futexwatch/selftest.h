/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - does the module see the waits and wakes of a few we make? */
#ifndef FUTEXWATCH_SELFTEST_H
#define FUTEXWATCH_SELFTEST_H

#include <stdbool.h>
#include <stdint.h>

#include <futexwatch/client.h>

struct selftest {
	int err; /* why it could not run, or 0 */
	uint32_t hooks_live; /* those that were hooked while it ran */
	uint32_t waiters_size; /* how many tasks can be followed then */
	struct futexwatch_counters counters; /* what the module says of them */
};

/*
 * Uses up @session: a few waits of a thread of ours, each woken by another.
 * A hook that the kernel has and that does not fire shows here.
 */
void selftest_run(struct selftest *test, struct futexwatch_session *session);

/* These waits and wakes alone. Return: 0, or why they could not be made. */
int selftest_rounds(void);

#endif /* FUTEXWATCH_SELFTEST_H */
