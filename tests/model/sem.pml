/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - model: the semaphore, with posters, waiters and thieves */

/*
 * POSTERS post BATCH tokens POSTS times each; WAITERS wait for up to TAKE tokens
 * WAITS times each, and post back all but one. Besides, TIMED wait once with a
 * deadline, and TRIERS try once; these post back what they got. The numbers are
 * such that there is a token for each waiter in the end: one that sleeps on has
 * lost a wake-up, which is an invalid end state. With CLOSERS, the semaphore is
 * closed at some moment, and nobody may sleep on either.
 */

#define SEMS 1
#define WORDS 1
#define THREADS (WAITERS + TIMED + 1)

#ifndef BATCH
#define BATCH 1 /* or 2 */
#endif
#ifndef TAKE
#define TAKE BATCH
#endif
#ifndef CLOSERS
#define CLOSERS 0
#endif

byte posted, taken;
byte users = POSTERS * POSTS + WAITERS * WAITS + TIMED + TRIERS + CLOSERS;

/* The last step of a post, (A), is the end of its use. */
#define POSTED(k) posted = posted + k; users--
#define TAKEN(k) taken = taken + k; assert(taken <= posted)

#ifdef MUTANT_libcxx_77659
#define SEQUENCE
#endif

#include "futex.pml"
#include "sem_steps.pml"

/*
 * The last user destroys the semaphore at once when its wait returns. A post
 * that has come past (A) may still be on its way out: that is no use.
 */
inline used()
{
	atomic {
		users--;
		if
		:: users == 0 -> alive[0] = false
		:: else
		fi
	}
}

/* Post, as a part of what is counted as one use. */
inline post(k)
{
	fsem_post_n(0, k);
	if
	:: got != k -> used()
	:: else
	fi
}

proctype poster()
{
	SEM_LOCALS;
	byte i = 0;

	do
	:: i < POSTS -> post(BATCH); i++
	:: i == POSTS -> break
	od
}

proctype waiter(byte me)
{
	SEM_LOCALS;
	FUTEX_LOCALS;
	byte i = 0;

	do
	:: i < WAITS ->
		fsem_wait_n(0, TAKE, false);
		assert(got > 0 && (CLOSERS || got <= TAKE));
		if
		:: TAKE == 2 && got == 2 -> post(1)
		:: else -> used()
		fi;
		i++
	:: i == WAITS -> break
	od
}

proctype borrower(byte me; bool tries)
{
	SEM_LOCALS;
	FUTEX_LOCALS;

	if
	:: tries -> fsem_trywait(0)
	:: else -> fsem_wait_n(0, 1, true)
	fi;
	if
	:: got == 1 -> post(1)
	:: else -> used()
	fi
}

proctype closer()
{
	fsem_close(0)
}

init {
	byte i = 0;

	atomic {
		START(POSTERS, poster());
		START(WAITERS, waiter(i));
		START(TIMED, borrower(WAITERS + i, false));
		START(TRIERS, borrower(0, true));
		START(CLOSERS, closer());
		i = 0
	}
	storm = false;
	ALONE;
	assert(TOKENS(low[0]) == posted - taken);
#ifndef MUTANT_musl_2024 /* whose mark may stay */
	assert(waiters[0] == 0);
#endif
	THE_END
}
