/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - model: the plain mutex of userlib/src/futexsync/mutex.c */

/*
 * LOCKERS lock and unlock ROUNDS times each; TIMED do so once, with a deadline;
 * TRIERS try once. Everybody gets through in the end: one that sleeps on is an
 * invalid end state. If the last one has locked, it destroys the mutex after its
 * unlock, while others may still be on their way out of theirs.
 */

#define WORDS 1
#define M 0
#define THREADS (LOCKERS + TIMED + 1)

#include "futex.pml"
#include "mutex_steps.pml"

byte inside; /* threads that own the mutex */
byte rounds = LOCKERS * ROUNDS + TIMED + TRIERS;

inline critical()
{
	inside++;
	assert(inside == 1);
	atomic {
		inside--;
		rounds--;
		last = (rounds == 0)
	}
}

inline lock_and_unlock(timed)
{
	fmutex_lock(M, timed);
	if
	:: ok ->
		critical();
		fmutex_unlock(M)
	:: else -> rounds--
	fi;
	if
	:: last -> alive[M] = false
	:: else
	fi
}

proctype locker(byte me)
{
	MUTEX_LOCALS;
	FUTEX_LOCALS;
	bool last = false;
	byte i = 0;

	do
	:: i < ROUNDS -> lock_and_unlock(false); i++
	:: i == ROUNDS -> break
	od
}

proctype timed_locker(byte me)
{
	MUTEX_LOCALS;
	FUTEX_LOCALS;
	bool last = false;

	lock_and_unlock(true)
}

proctype trier()
{
	MUTEX_LOCALS;
	FUTEX_LOCALS;
	bool last = false;

	fmutex_trylock(M);
	if
	:: ok -> critical(); fmutex_unlock(M)
	:: else -> rounds--
	fi;
	if
	:: last -> alive[M] = false
	:: else
	fi
}

init {
	byte i = 0;

	atomic {
		START(LOCKERS, locker(i));
		START(TIMED, timed_locker(LOCKERS + i));
		START(TRIERS, trier());
		i = 0
	}
	storm = false;
	ALONE;
	assert(word[M] == FREE);
	THE_END
}
