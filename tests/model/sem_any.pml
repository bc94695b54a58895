/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - model: userlib/src/futexsync/sem_any.c on two semaphores */

/*
 * ANY threads wait for a token of either semaphore, TIMED_ANY do so with a
 * deadline, and both post back what they got, to where it came from. Each
 * semaphore has one post, and one waiter of its own; that of the first posts
 * back too. So all get one in the end: who sleeps on is an invalid end
 * state. With CLOSED_EARLY, the first semaphore is closed at some moment.
 */

#ifndef SINGLES
#define SINGLES 2 /* semaphores with a post and a waiter of their own */
#endif

#define SEMS 2
#define WORDS 2
#define THREADS (2 + ANY + TIMED_ANY)

byte posted[SEMS], taken[SEMS];

#define POSTED(k) posted[sem] = posted[sem] + k
#define TAKEN(k) taken[sem] = taken[sem] + k; assert(taken[sem] <= posted[sem])

#include "futex.pml"
#include "sem_steps.pml"

#define ANYWHERE 254 /* asleep on both words */
#define NOBODY 9

/*
 * futex_waitv(2): compares and queues word by word. A wake on one word lets the
 * thread get up; until it is off the other, a wake there may be spent on it too.
 * A compare and its queueing are one step here: who changes the word does not
 * see the queue, and who sees the queue takes the bucket's lock.
 */
inline waitv_leave()
{
	if
	:: queue[0] ?? [eval(me)] -> queue[0] ?? eval(me)
	:: else
	fi;
	if
	:: queue[1] ?? [eval(me)] -> queue[1] ?? eval(me)
	:: else
	fi;
	asleep[me] = NOWHERE
}

inline futex_waitv(timed)
{
	atomic {
		!bucket[0];
		if
		:: low[0] == 0 ->
			queue[0] ! me;
			asleep[me] = ANYWHERE;
			ret = QUEUED
		:: else -> ret = AGAIN
		fi
	};
	atomic {
		!bucket[1];
		if
		:: ret == AGAIN
		:: ret == QUEUED && low[1] == 0 ->
			queue[1] ! me
		:: ret == QUEUED && low[1] != 0 ->
			ret = (asleep[me] == NOWHERE -> WOKEN : AGAIN);
			waitv_leave()
		fi
	};
	if
	:: atomic {
		ret == QUEUED && asleep[me] == NOWHERE ->
		ret = WOKEN;
		waitv_leave()
	   }
	:: atomic {
		ret == QUEUED && storm && asleep[me] != NOWHERE ->
		ret = INTR;
		waitv_leave()
	   }
	:: atomic {
		ret == QUEUED && timed && asleep[me] != NOWHERE ->
		ret = TIMEDOUT;
		waitv_leave()
	   }
	:: ret != QUEUED
	fi
}

/* A token of the first that has one -> mine, or SHUTDOWN, or NOBODY */
inline take_first(as_waiter)
{
	sem = 0;
	take(0, 1, as_waiter);
	if
	:: got == 1 -> mine = 0
	:: else ->
		mine = (got == SHUTDOWN -> SHUTDOWN : NOBODY);
		sem = 1;
		take(1, 1, as_waiter);
		if
		:: got == 1 -> mine = 1
		:: got == SHUTDOWN -> mine = SHUTDOWN
		:: got == 0
		fi
	fi;
	sem = 0; got = 0
}

inline leave(s)
{
	atomic { look(s) };
	do
	:: atomic { /* (G) */
		assert(alive[s]);
		if
		:: UNCHANGED(s) -> waiters[s] = waiters[s] - 1; break
		:: else -> look(s)
		fi
	}
	od;
	if
#ifndef MUTANT_any_leaves_without_wake
	:: TOKENS(v) > 0 && n > 1 -> futex_wake(s, 1)
#endif
	:: else
	fi;
	v = 0; n = 0
}

inline leave_one(s)
{
	if
	:: mine == s
#ifndef MUTANT_any_takes_two
	:: mine < SEMS && mine != s -> leave(s)
	:: mine >= SEMS ->
#else
	:: mine != s ->
#endif
		sem = s;
		give_up(s, 1); /* (E) */
		assert(mine >= SEMS || got != 1); /* one token, not two */
		mine = (got == 1 -> s : mine);
		sem = 0; got = 0
	fi
}

/* -> mine */
inline fsem_wait_any(timed)
{
	take_first(0);
	if
	:: mine == NOBODY ->
		atomic { assert(alive[0]); waiters[0]++ }; /* (B) */
		atomic { assert(alive[1]); waiters[1]++ }; /* (B) */
		do
		:: futex_waitv(timed); /* (C) */
		   if
		   :: ret == TIMEDOUT -> break
		   :: else -> ret = 0
		   fi;
		   take_first(1); /* (D) */
		   if
		   :: mine != NOBODY -> break
		   :: else
		   fi
		od;
		ret = 0;
		leave_one(0);
		leave_one(1)
	:: else
	fi
}

proctype any(byte me; bool timed)
{
	SEM_LOCALS;
	FUTEX_LOCALS;
	byte sem = 0, mine = NOBODY;

	fsem_wait_any(timed);
	if
	:: mine == 0 -> sem = 0; fsem_post_n(0, 1)
	:: mine == 1 -> sem = 1; fsem_post_n(1, 1)
	:: else -> assert(timed || low[0] >= CLOSED)
	fi
}

proctype waiter(byte me)
{
	SEM_LOCALS;
	FUTEX_LOCALS;
	byte sem = me;

	fsem_wait_n(me, 1, false);
	assert(got == 1 || low[me] >= CLOSED);
	if
	:: me == 0 && got == 1 -> fsem_post_n(0, 1)
	:: else
	fi
}

proctype poster(byte sem)
{
	SEM_LOCALS;

	fsem_post_n(sem, 1)
}

proctype closer()
{
	fsem_close(0)
}

init {
	byte i = 0;

	atomic {
		START(SINGLES, waiter(i));
		START(SINGLES, poster(i));
		START(ANY, any(2 + i, false));
		START(TIMED_ANY, any(2 + ANY + i, true));
#ifdef CLOSED_EARLY
		run closer();
#endif
		i = 0
	}
	storm = false;
	ALONE;
	for (i : 0 .. 1) {
		assert(TOKENS(low[i]) == posted[i] - taken[i]);
		assert(waiters[i] == 0)
	}
}
