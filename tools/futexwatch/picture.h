/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - who waits for whom on this machine, at one moment */
#ifndef FUTEXWATCH_PICTURE_H
#define FUTEXWATCH_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph.h"
#include "holder.h"
#include "map.h"
#include "names.h"
#include "party.h"
#include "stack.h"
#include "thread.h"

/* A futex word on which a thread waits. */
struct wait {
	struct actor *actor;
	struct word_wait word;
	struct holder holder;
	struct actor *holding; /* who that is; NULL: not known */
	uint32_t value_now;
	bool readable; /* @value_now could be read */
	bool settled; /* the second reading told the same holder */
	uint64_t lock; /* where the lock begins: the word, or before it */
	const struct name *name; /* of the lock */
	struct knot *knot;
	uint64_t waited_ns;
	enum evidence waited; /* how that is known: see waited.h */
	uint64_t space; /* the module's number for its address space; 0: none */
};

/* A thread that waits, or that is waited for. */
struct actor {
	struct thread thread;
	struct party *party;
	struct wait *waits; /* several with futex_waitv(2) */
	size_t nr_waits; /* 0: it is only waited for */
	struct stack stack;
	size_t index; /* in picture.actors */
	bool asked; /* by the user; else it was found as a holder */
	bool holds; /* somebody waits for it */
	bool steady; /* it slept from the first look to the last */
	bool ran; /* it had a CPU between them, and not just now and then */
	bool ended; /* it was gone at the last look */
	uint64_t asleep_ns; /* for how long at least; 0: not known */
};

/* What the module saw at a lock while it was looked at. */
struct doings {
	uint64_t watched_ns; /* how long that was; 0: there was no module */
	uint64_t ended; /* waits that came to an end */
	uint64_t wakes;
	uint64_t longest_ns;
};

/* A lock with those who wait for it. */
struct knot {
	char *label; /* what to call it; clean */
	bool by_site; /* by where it is waited for: others may be called so */
	struct wait **waits;
	size_t nr;
	struct actor *holding; /* NULL: not known */
	const struct holder *holder; /* of its first wait that knows one */
	struct doings doings;
	bool told; /* for views: was spoken of */
};

/* Threads that wait for each other, in the order of their waiting. */
struct cycle {
	struct actor **actors;
	size_t nr;
	bool timed; /* a wait in it ends by itself */
};

struct picture {
	struct procs *procs;
	struct resolver *resolver;
	struct names *names;
	struct actor **actors;
	size_t nr;
	struct map by_tid; /* struct actor */
	struct map parties; /* struct party by pid */
	struct knot **knots;
	size_t nr_knots;
	struct cycle *cycles; /* deadlocks, and cycles that a timeout ends */
	size_t nr_cycles;
	size_t *cycle_of; /* by actor: index in @cycles, or GRAPH_NONE */
	size_t *behind; /* the same, of those blocked by it */
	bool brief; /* of parked threads no more than that there are */
	size_t stopped; /* threads asked for whose calls are not to be seen */
	size_t forbidden; /* processes that are not ours to look into */
};

/* All zeroes but what is set here is an empty picture. */
void picture_init(struct picture *p);
void picture_free(struct picture *p);

/*
 * Adds the threads of process @pid that wait on a futex (one thread: @tid):
 * 0; -ESRCH: there is none, or it has ended; -EPERM, -EACCES: not ours to see.
 */
int picture_add_process(struct picture *p, uint32_t pid);
int picture_add_thread(struct picture *p, uint32_t tid);

/* Adds those of all processes; the command itself is left out. */
void picture_add_all(struct picture *p);

/*
 * Finds the holders, whom they wait for, and so on, in other processes too.
 * All of this is read while the system goes on, so each thing is read again
 * by picture_settle() before anything is made of it.
 */
void picture_follow(struct picture *p);

/*
 * The second look. Whoever slept from before the owners were read until after
 * that cannot have given back or got a lock meanwhile: only waits of such
 * threads make cycles, and so no busy program is accused.
 */
void picture_settle(struct picture *p);

/* Whether there is a deadlock: a cycle that nothing but a kill can end. */
bool picture_deadlocked(const struct picture *p);

/*
 * Priority inversion: the holder is ready to run but does not get a CPU, and
 * comes after the waiter in the scheduler's order.
 */
bool picture_inverted(const struct wait *wait);

/* The one wait that @actor is blocked by; NULL: none, or any of several. */
struct wait *picture_wait(const struct actor *actor);

#endif /* FUTEXWATCH_PICTURE_H */
