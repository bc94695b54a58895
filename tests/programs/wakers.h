/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - known_wakers: who ended which wait, as the program knows it */
#ifndef TESTS_WAKERS_H
#define TESTS_WAKERS_H

#include "worker.h"

/* Something that the program does with words of its own. */
struct wakers_kind {
	const char *name; /* NULL ends an array */
	void (*run)(void);
};

extern const struct wakers_kind call_kinds[];
extern const struct wakers_kind lock_kinds[];
extern const struct wakers_kind end_kinds[];
extern const struct wakers_kind storm_kinds[];
extern const struct wakers_kind race_kinds[];

/*
 * One wait of @tid on @word has ended, or @count of them: how (@outcome,
 * @cause: names as in <futexwatch/client.h>), and by which thread, 0 for none.
 * Main thread only.
 */
void ended(const uint32_t *word, pid_t tid, const char *outcome,
	   const char *cause, pid_t waker);
void ended_often(unsigned int count, const uint32_t *word, pid_t tid,
		 const char *outcome, const char *cause, pid_t waker);

/* As ended(), woken by a futex call. */
void woken_by(const uint32_t *word, const struct worker *w, pid_t waker);

#endif /* TESTS_WAKERS_H */
