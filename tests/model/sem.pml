/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - model: the semaphore, with posters, waiters and thieves */

/*
 * POSTERS post POSTS times each, WAITERS wait WAITS times each, as many in all.
 * Besides, TIMED wait once with a deadline, and TRIERS try once; these post back
 * what they got. So there is a token for each waiter in the end: one that sleeps
 * on has lost a wake-up, which is an invalid end state.
 */

#define SEMS 1
#define WORDS 1
#define THREADS (WAITERS + TIMED + 1)

byte posted, taken;
byte users = POSTERS * POSTS + WAITERS * WAITS + TIMED + TRIERS;

#define POSTED(s) posted++; users--
#define TAKEN(s) taken++; assert(taken <= posted)

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

proctype poster()
{
	SEM_LOCALS;
	byte i = 0;

	do
	:: i < POSTS -> fsem_post(0); i++
	:: i == POSTS -> break
	od
}

proctype waiter(byte me)
{
	SEM_LOCALS;
	FUTEX_LOCALS;
	byte i = 0;

	do
	:: i < WAITS -> fsem_wait(0, false); assert(ok); used(); i++
	:: i == WAITS -> break
	od
}

proctype borrower(byte me; bool tries)
{
	SEM_LOCALS;
	FUTEX_LOCALS;

	if
	:: tries -> fsem_trywait(0)
	:: else -> fsem_wait(0, true)
	fi;
	if
	:: ok -> fsem_post(0)
	:: else -> used()
	fi
}

init {
	byte i = 0;

	atomic {
		START(POSTERS, poster());
		START(WAITERS, waiter(i));
		START(TIMED, borrower(WAITERS + i, false));
		START(TRIERS, borrower(0, true));
		i = 0
	}
	storm = false;
	_nr_pr == 1;
	assert(value[0] == posted - taken);
#ifndef MUTANT_musl_2024 /* whose mark may stay */
	assert(waiters[0] == 0)
#endif
}
