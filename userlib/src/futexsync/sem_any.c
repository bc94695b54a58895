// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - counting semaphore: wait for a token of any of several */

/*
 * The waiter registers with all semaphores, sleeps on all words at once, takes
 * one token, and leaves the others. The letters are those of sem.c, whose
 * claim holds for each semaphore by itself: a thread that is not asleep counts
 * as an awake waiter of each of them.
 *
 *   (G) leave without looking for a token, as one was had elsewhere: CAS that
 *       takes the thread off the waiters; if there is a token and another
 *       waiter, FUTEX_WAKE 1 follows.
 *
 * The claim is why (G) must wake. The wake that made this thread awake may
 * have been for that token; without (G)'s the token would lie there with
 * sleepers only. In terms of the claim an awake waiter goes and one is owed.
 * Tokens that come after (G) wake for themselves.
 *
 * Exactly one token: a single (D), or a single (E) that found one, ends the
 * search, and every other semaphore is left by (G), or by an (E) that found
 * none.
 *
 * Lifetime. The semaphore whose token was taken is not touched again. The
 * others are until (G), whose wake uses only the address.
 */

#include "sem_fifo.h"
#include "sem_numa.h"

#include "probes.h"

#define NAP_NS	   1000000
#define NS_PER_SEC 1000000000

struct any {
	struct fsem *const *sems;
	unsigned int n;
	const struct futexsync_time *abs;
	int clockid;
};

static int check(struct fsem *const sems[], unsigned int n)
{
	unsigned int i, k;

	if (!sems || !n || n > FSEM_ANY_MAX)
		return -EINVAL;
	for (i = 0; i < n; i++) {
		if (sem_misplaced(sems[i]))
			return -EINVAL;
		for (k = 0; k < i; k++) {
			if (sems[k] == sems[i])
				return -EINVAL;
		}
	}
	for (i = 0; i < n; i++) {
		if (sem_is_fifo(sem_look(sems[i])) || sem_is_numa(sems[i]))
			return -EOPNOTSUPP;
	}
	return 0;
}

/*
 * Take a token of the first that has one, and @waiter with it.
 * Return: whose; -EAGAIN: nobody has one; -ESHUTDOWN: and one is closed.
 */
static int take_first(const struct any *any, uint64_t waiter)
{
	int ret, none = -EAGAIN;
	unsigned int i;

	for (i = 0; i < any->n; i++) {
		ret = sem_take(any->sems[i], 1, waiter);
		if (ret > 0)
			return (int)i;
		if (ret < 0)
			none = ret;
	}
	return none;
}

/* (G) */
static void leave(struct fsem *s)
{
	bool shared = sem_shared(s); /* not after the CAS */
	const uint32_t *word = sem_word(s);
	uint64_t state = sem_look(s);

	while (!__atomic_compare_exchange_n(&s->state, &state,
					    state - SEM_WAITER, true,
					    __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
	if (sem_value_of(state) && sem_waiters_of(state) > 1)
		futexsync_wake(word, 1, shared);
}

/*
 * Leave all but @taken, which is left already, or if that is negative, all; and
 * then the first step that finds a token takes it.
 * Return: whose token we have; negative: none.
 */
static int leave_all(const struct any *any, int taken)
{
	unsigned int i;
	int got = taken;

	for (i = 0; i < any->n; i++) {
		if ((int)i == taken)
			continue;
		if (got >= 0)
			leave(any->sems[i]);
		else if (sem_give_up(any->sems[i], 1, 0) > 0) /* (E) */
			got = (int)i;
	}
	return got;
}

static bool is_over(const struct any *any)
{
	struct timespec now;

	if (!any->abs)
		return false;
	clock_gettime(any->clockid, &now);
	if (now.tv_sec != any->abs->tv_sec)
		return now.tv_sec > any->abs->tv_sec;
	return now.tv_nsec >= any->abs->tv_nsec;
}

/*
 * Without futex_waitv(2): sleep on the first for a while. Posts to the others
 * wake nobody then, but we are awake soon, and look at all of them.
 */
static int nap(const struct any *any)
{
	const struct fsem *s = any->sems[0];
	struct futexsync_time end;
	struct timespec now;
	int err;

	if (is_over(any))
		return -ETIMEDOUT;
	clock_gettime(CLOCK_MONOTONIC, &now);
	end.tv_sec = now.tv_sec;
	end.tv_nsec = now.tv_nsec + NAP_NS;
	if (end.tv_nsec >= NS_PER_SEC) {
		end.tv_sec++;
		end.tv_nsec -= NS_PER_SEC;
	}
	err = futexsync_wait_until(sem_word(s), 0, sem_shared(s), &end,
				   CLOCK_MONOTONIC);
	return err == -ETIMEDOUT ? -EAGAIN : err;
}

/* (C): sleep while none has a token and none is closed. */
static int sleep_on_all(const struct any *any)
{
	struct futexsync_waitv v[FSEM_ANY_MAX];
	unsigned int i;
	int ret;

	for (i = 0; i < any->n; i++)
		futexsync_waitv_set(&v[i], sem_word(any->sems[i]), 0,
				    sem_shared(any->sems[i]));
	ret = futexsync_waitv(v, any->n, any->abs, any->clockid);
	if (ret == -ENOSYS || ret == -EPERM) /* what sandboxes say */
		ret = nap(any);
	return ret;
}

static int wait_slow(const struct any *any)
{
	unsigned int i;
	int ret, err;

	for (i = 0; i < any->n; i++)
		__atomic_fetch_add(&any->sems[i]->state, SEM_WAITER,
				   __ATOMIC_RELAXED); /* (B) */
	for (;;) {
		err = sleep_on_all(any);
		if (err < 0 && err != -EAGAIN && err != -EINTR)
			break;
		err = take_first(any, SEM_WAITER); /* (D) */
		if (err != -EAGAIN)
			break;
	}
	ret = leave_all(any, err < 0 ? -1 : err);
	return ret < 0 ? err : ret;
}

int fsem_wait_any64(struct fsem *const sems[], unsigned int n,
		    const struct futexsync_time *abs, int clockid)
{
	struct any any = { sems, n, abs, clockid };
	int ret = check(sems, n);

	if (ret)
		return ret;
	ret = take_first(&any, 0);
	if (ret != -EAGAIN)
		return ret;
	FUTEXSYNC_PROBE(sem_wait_any_slow, sems, n);
	ret = wait_slow(&any);
	FUTEXSYNC_PROBE(sem_wait_any_done, sems, n, ret);
	return ret;
}
