// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - bounded buffer: one that outlives its processes */

/*
 * A semaphore has no owner: the token of a process that is killed is gone, and
 * nobody can tell. So a robust buffer counts nothing but `head` and `tail`,
 * and all is done under one robust mutex, which the kernel hands on when its
 * owner dies:
 *
 *	put: lock; while full: watch gate, unlock, sleep at the gate, lock;
 *	     copy; store head; open the other gate; unlock
 *
 * and get the other way. Whatever instruction is a process's last, the ring is
 * as it was before or after the one store. There is nothing to repair but
 * wake-ups that the dead did not make, so the next owner opens both gates.
 *
 * A gate is a futex word: bit 0 says that somebody may sleep there, the rest
 * counts how often it was opened. It changes under the lock only:
 *
 *   (A) watch: sets bit 0, and remembers the word.
 *   (B) the kernel compares the word with that, and queues the sleeper.
 *   (C) open, when bit 0 is set: adds 2, wakes. When fewer slept than it would
 *       have woken, nobody sleeps any more, and bit 0 is cleared: who watched
 *       but did not pass (B) finds another word there and comes back.
 *
 * No wake-up is lost among the living: who saw nothing under the lock did (A)
 * under that same lock, so whoever brings something later sees bit 0, and (C)
 * comes either before (B), which then fails, or finds the sleeper queued. The
 * one that it wakes looks again under the lock; and when the deadline ends its
 * wait for that lock, it passes the wake-up on to another (D).
 *
 * The dead lose wake-ups: a thread killed between being woken and taking the
 * element; or after the store of `head` and before (C), with nobody waiting
 * for the mutex. So nobody sleeps for longer than SLICE_NS without a look.
 * This is the bound. A process that sleeps at a gate and is killed leaves
 * nothing but perhaps bit 0, which the next (C) clears.
 */

/* So that clock_gettime() knows of times after 2038 in 32-bit builds. */
#define _FILE_OFFSET_BITS 64
#define _TIME_BITS	  64

#include "buffer.h"

#include <limits.h>
#include <time.h>

#include "probes.h"

#define NSEC_PER_SEC 1000000000LL
#define SLICE_NS     (BB_ROBUST_BOUND_MS * 1000000LL)

#define GATE_WATCHED 1U
#define GATE_OPENED  2U

/* (A) Return: what to sleep on. */
static uint32_t gate_watch(uint32_t *gate)
{
	uint32_t word = *gate | GATE_WATCHED;

	__atomic_store_n(gate, word, __ATOMIC_RELAXED);
	return word;
}

/* (C) */
static void gate_open(uint32_t *gate, int count)
{
	uint32_t word = *gate;
	int woken;

	if (!(word & GATE_WATCHED))
		return;
	word += GATE_OPENED;
	__atomic_store_n(gate, word, __ATOMIC_RELAXED);
	FUTEXSYNC_PROBE(bb_gate_wake, gate, count);
	woken = futexsync_wake(gate, count, true);
	if (woken >= 0 && woken < count)
		__atomic_store_n(gate, word & ~GATE_WATCHED, __ATOMIC_RELAXED);
}

/* What the owner before may have left undone. Under the lock. */
static int inherit(struct bb *bb)
{
	gate_open(&bb->robust.room, INT_MAX);
	gate_open(&bb->robust.filled, INT_MAX);
	return fmutex_consistent(&bb->robust.lock);
}

static int finish_lock(struct bb *bb, int err)
{
	return err == -EOWNERDEAD ? inherit(bb) : err;
}

static int lock(struct bb *bb, const struct bb_limit *limit)
{
	return finish_lock(bb,
			   fmutex_lock_until64(&bb->robust.lock,
					       limit->once ? NULL : limit->abs,
					       limit->clockid));
}

static void unlock(struct bb *bb)
{
	fmutex_unlock(&bb->robust.lock);
}

/* Nanoseconds until @abs, at most SLICE_NS; 0: it has passed. */
static long long slice(const struct futexsync_time *abs, int clockid)
{
	struct timespec now;
	int64_t sec;
	long long left;

	if (!abs)
		return SLICE_NS;
	clock_gettime(clockid, &now);
	sec = abs->tv_sec < 0 ? -1 : abs->tv_sec - now.tv_sec;
	if (sec < 0 || sec > 1)
		return sec < 0 ? 0 : SLICE_NS;
	left = sec * NSEC_PER_SEC + abs->tv_nsec - now.tv_nsec;
	if (left < 0)
		return 0;
	return left < SLICE_NS ? left : SLICE_NS;
}

static bool bad_limit(const struct bb_limit *limit)
{
	const struct futexsync_time *abs = limit->abs;

	return abs && ((limit->clockid != CLOCK_MONOTONIC &&
			limit->clockid != CLOCK_REALTIME) ||
		       abs->tv_nsec < 0 || abs->tv_nsec >= NSEC_PER_SEC);
}

/*
 * Sleep at @gate (B) until it is opened or a slice has passed: then look anew.
 * The clock is read again for each slice, so that one that was set is heeded.
 * Return: 0; -ETIMEDOUT: the limit has passed; or what futex(2) cannot do.
 */
static int gate_sleep(const uint32_t *gate, uint32_t word,
		      const struct bb_limit *limit)
{
	struct futexsync_time rel = { 0 };
	int err;

	if (bad_limit(limit))
		return -EINVAL;
	rel.tv_nsec = slice(limit->abs, limit->clockid);
	if (!rel.tv_nsec)
		return -ETIMEDOUT;
	err = futexsync_wait_for(gate, word, true, &rel);
	return err == -EAGAIN || err == -EINTR || err == -ETIMEDOUT ? 0 : err;
}

/* What one call wants; one of @from and @to is used. */
struct job {
	int (*step)(struct bb *bb, const struct job *job);
	const void *from;
	void *to;
	uint32_t n;
	uint32_t *gate; /* where to sleep until it can be done */
};

/* Under the lock. Return: moved; 0: nothing now; -errno: nor ever. */
static int step_put(struct bb *bb, const struct job *job)
{
	uint32_t room = (uint32_t)bb->capacity - bb_used(bb);
	uint32_t n = job->n < room ? job->n : room;

	if (bb->closed)
		return -ESHUTDOWN;
	if (n) {
		bb_ring_in(bb, job->from, n);
		gate_open(&bb->robust.filled, (int)n);
	}
	return (int)n;
}

static int step_get(struct bb *bb, const struct job *job)
{
	uint32_t used = bb_used(bb);
	uint32_t n = job->n < used ? job->n : used;

	if (n) {
		bb_ring_out(bb, job->to, n);
		gate_open(&bb->robust.room, (int)n);
	} else if (bb->closed) {
		return -ENODATA;
	}
	return (int)n;
}

/*
 * Once under the lock. Return: as the step; 0: watched the gate, and @word is
 * what to sleep on; or why the lock could not be had.
 */
static int look(struct bb *bb, const struct job *job, uint32_t *word,
		const struct bb_limit *limit, bool slept)
{
	int done = lock(bb, limit);

	if (done) {
		/* (D) */
		if (slept)
			futexsync_wake(job->gate, 1, true);
		return done;
	}
	done = job->step(bb, job);
	if (!done && limit->once)
		done = -EAGAIN;
	if (!done)
		*word = gate_watch(job->gate);
	unlock(bb);
	return done;
}

/* After each sleep comes another look, a late one too. */
static int sleep_and_look(struct bb *bb, const struct job *job, uint32_t word,
			  const struct bb_limit *limit)
{
	int done;

	do {
		done = gate_sleep(job->gate, word, limit);
		if (!done)
			done = look(bb, job, &word, limit, true);
	} while (!done);
	return done;
}

int bb_robust_put(struct bb *bb, const void *elems, uint32_t n,
		  const struct bb_limit *limit)
{
	const struct job job = {
		.step = step_put,
		.from = elems,
		.n = n,
		.gate = &bb->robust.room,
	};
	uint32_t word = 0;
	int done = look(bb, &job, &word, limit, false);

	if (done)
		return done;
	FUTEXSYNC_PROBE(bb_put_slow, bb);
	done = sleep_and_look(bb, &job, word, limit);
	FUTEXSYNC_PROBE(bb_put_done, bb, done);
	return done;
}

int bb_robust_get(struct bb *bb, void *elems, uint32_t n,
		  const struct bb_limit *limit)
{
	const struct job job = {
		.step = step_get,
		.to = elems,
		.n = n,
		.gate = &bb->robust.filled,
	};
	uint32_t word = 0;
	int done = look(bb, &job, &word, limit, false);

	if (done)
		return done;
	FUTEXSYNC_PROBE(bb_get_slow, bb);
	done = sleep_and_look(bb, &job, word, limit);
	FUTEXSYNC_PROBE(bb_get_done, bb, done);
	return done;
}

int bb_robust_close(struct bb *bb)
{
	int err = finish_lock(bb, fmutex_lock(&bb->robust.lock));

	if (err)
		return err;
	__atomic_store_n(&bb->closed, 1, __ATOMIC_RELAXED);
	gate_open(&bb->robust.room, INT_MAX);
	gate_open(&bb->robust.filled, INT_MAX);
	unlock(bb);
	return 0;
}

int bb_robust_destroy(struct bb *bb)
{
	struct bb_robust *r = &bb->robust;
	int err = finish_lock(bb, fmutex_trylock(&r->lock));

	if (err)
		return err;
	/* Sleepers of the past may have left bit 0: ask who is there. */
	if ((r->room & GATE_WATCHED &&
	     futexsync_wake(&r->room, INT_MAX, true) > 0) ||
	    (r->filled & GATE_WATCHED &&
	     futexsync_wake(&r->filled, INT_MAX, true) > 0))
		err = -EBUSY;
	unlock(bb);
	return err;
}
