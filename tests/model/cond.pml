/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - model: the condition variable, with what it is used for */

/*
 * WAITERS wait for an item each, under the mutex, and take it; TIMED do so with
 * a deadline: they leave without another look when told that nobody has
 * signalled, else they bring it back and signal. Each of SIGNALS brings an item
 * and signals; with BROADCAST one more thread brings one for each waiter and
 * broadcasts; INSIDE the mutex or after it. With DESTROY, the condition variable
 * is destroyed right after that, when all have come. LOCKERS only lock the mutex
 * and unlock it.
 *
 * All who have no deadline get an item in the end: who sleeps on is an invalid
 * end state.
 */

#define WORDS 3
#define M 0
#define SEQUENCE 1
#define USERS 2

#ifndef SIGNALS
#define SIGNALS 0
#endif
#ifndef LOCKERS
#define LOCKERS 0
#endif
#define OTHERS (WAITERS + TIMED)
#define THREADS (OTHERS + SIGNALS + LOCKERS + 1)

#include "futex.pml"
#include "mutex_steps.pml"
#include "cond_steps.pml"

byte items, waiting;

proctype waiter(byte me; bool timed)
{
	COND_LOCALS;
	MUTEX_LOCALS;
	FUTEX_LOCALS;
	bool has = false;

	fmutex_lock(M, false);
	waiting++;
	told = true;
	do
	:: told && items > 0 -> atomic { items--; has = true; break }
	:: told && items == 0 -> fcond_wait(timed)
	:: !told -> break
	od;
	if
#ifndef DESTROY
	:: timed && has -> items++; fcond_signal()
#endif
	:: else
	fi;
	fmutex_unlock(M)
}

proctype signaller(byte me)
{
	COND_LOCALS;
	MUTEX_LOCALS;
	FUTEX_LOCALS;

	fmutex_lock(M, false);
	items++;
#ifdef INSIDE
	fcond_signal();
#endif
	fmutex_unlock(M);
#ifndef INSIDE
	fcond_signal()
#endif
}

proctype locker(byte me)
{
	MUTEX_LOCALS;
	FUTEX_LOCALS;

	fmutex_lock(M, false);
	fmutex_unlock(M)
}

proctype broadcaster(byte me)
{
	COND_LOCALS;
	MUTEX_LOCALS;
	FUTEX_LOCALS;

#ifdef DESTROY
	waiting == OTHERS;
#endif
	fmutex_lock(M, false);
#ifdef DESTROY
	items = OTHERS; /* none will come back */
#else
	items = WAITERS;
#endif
#ifdef INSIDE
	fcond_broadcast();
#ifdef DESTROY
	fcond_destroy();
	assert(ok);
#endif
#endif
	fmutex_unlock(M);
#ifndef INSIDE
	fcond_broadcast();
#ifdef DESTROY
	fcond_destroy();
	assert(ok)
#endif
#endif
}

init {
	byte i = 0;

	atomic {
		START(WAITERS, waiter(i, false));
		START(TIMED, waiter(WAITERS + i, true));
		START(SIGNALS, signaller(OTHERS + i));
		START(LOCKERS, locker(OTHERS + SIGNALS + i));
#ifdef BROADCAST
		run broadcaster(THREADS - 1);
#endif
		i = 0
	}
	storm = false;
	ALONE;
	assert(word[M] == FREE && users == 0);
	THE_END
}
