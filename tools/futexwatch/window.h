/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - a part of a history, by locks and by threads, and its sum */
#ifndef FUTEXWATCH_WINDOW_H
#define FUTEXWATCH_WINDOW_H

#include "blame_flow.h"
#include "history.h"
#include "map.h"

/* The time that ends with a wake, and for which the waker had the lock. */
struct turn {
	uint64_t ns; /* its end */
	struct past_thread *thread; /* or NULL */
	uint64_t parts_ns; /* waited for parts of it */
	int32_t whole; /* how many more waited for all of it than before */
	uint32_t woken;
	/* Those who were woken by it, and then waited there again: */
	uint64_t longest_ns; /* that one of them was not asleep */
	uint32_t quick;
	bool due; /* not summed up yet */
};

/* The waits of a thread, in its order. */
struct stay {
	struct lock *lock;
	uint64_t begin_ns;
	uint64_t end_ns;
};

/* All of the window at one lock. */
struct group {
	struct lock *lock;
	struct turn *turns; /* ascending */
	size_t nr_turns;
	struct past_wait **waits; /* as they ended */
	size_t nr_waits;
	bool crowds; /* some turns have woken many */
	bool mixed; /* turns did not come in their order */
};

struct window {
	uint64_t fold; /* how often there was one */
	uint64_t group; /* how many groups there were in all */
	bool last; /* which words are one lock is known by now */
	uint64_t from_ns; /* as history's */
	const struct past_wait *due_from; /* those to sum up ... */
	const struct past_wait *due_to; /* ... end before this one */
	struct group *groups;
	size_t nr_groups;
	struct turn *turns;
	struct past_wait **waits;
	struct stay *stays;
	struct past_thread **threads; /* who waits in it */
	size_t nr_threads;
	size_t turn_room, wait_room;
	struct map kin; /* struct lock by place, see window_kin.c */
	struct map culprits; /* 1 + place, by (lock, tid) */
	struct blame_flow flow;
};

struct window *window_new(void);
void window_free(struct window *window);

/*
 * Sums up the waits and wakes from the first that is due up to (not with)
 * @waits and @wakes into the culprits and crowds of their locks; @last: all of
 * them, and which words are one lock is known by now.
 */
void window_fold(struct history *history, size_t waits, size_t wakes,
		 bool last);

/* The lock that @lock is a sight of, as far as that is known before the end. */
struct lock *window_kin(struct history *history, struct lock *lock);

/* blame.c and detect.c: what one lock adds. */
void blame_group(struct window *window, struct group *group);
void detect_group(struct group *group);

/* From so many on those woken at once are a crowd. */
#define CROWD 4

#endif /* FUTEXWATCH_WINDOW_H */
