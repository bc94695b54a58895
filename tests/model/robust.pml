/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - model: the robust mutex, mutex_owned.c and mutex_robust.c */

/*
 * LOCKERS lock and unlock ROUNDS times each, TIMED do so with a deadline. DEATHS
 * of them are killed, each at any step: the kernel takes the dead off its queue
 * and goes through its list. Who finds the mutex left by a dead owner repairs
 * what it protects, or (GIVE_UP) only unlocks. All who live get through in the
 * end: one that sleeps on is an invalid end state.
 *
 * The letters are those of the C code.
 */

#define WORDS 1
#define M 0
#define THREADS (LOCKERS + TIMED + 1)

#ifndef DEATHS
#define DEATHS 1
#endif

#include "futex.pml"

#define TID 7
#define WAITERS 8
#define DIED 16
#define UNLOCKING DIED

#define CONSISTENT 0
#define INCONSISTENT 1
#define BROKEN 2

/* What a lock returns, beside TIMEDOUT and 0. */
#define BUSY 20
#define OWNERDEAD 21
#define NOTRECOVERABLE 22

byte word; /* the futex */
byte state;
bool listed[THREADS]; /* in the thread's robust list */
bool pending[THREADS]; /* its list_op_pending */

byte dying = NOWHERE; /* thread to be killed */
byte holder; /* who has been told that it owns the mutex */
bool dirty; /* what it protects is half changed */

#define MY (me + 1)

/*
 * One CAS on the word -> ok. What follows that nobody else can see belongs to
 * the same step, here and below: a death right after it is as good as before.
 */
inline change(from, to)
{
	ok = (word == (from));
	word = (ok -> (to) : word)
}

inline acquire(timed)
{
	do
	:: atomic { w = word; want = (w & TID -> (w & TID) | WAITERS : 0) };
	   if
	   :: atomic { /* (A) */
		want == 0 ->
		change(w, MY | (w & WAITERS));
#ifdef MUTANT_wake_lost_to_dying_waiter
		pending[me] = ok;
#endif
		if
		:: ok -> ret = (w & DIED -> OWNERDEAD : 0); break
		:: else
		fi
	   }
	   :: atomic { /* (B) */
		want != 0 && w != want ->
		change(w, want);
		w = (ok -> want : 0)
	   }
	   :: want != 0 && w == want
	   fi;
	   if
	   :: want != 0 && w == want ->
		futex_wait(M, word, want, timed); /* (C) */
		if
		:: ret == TIMEDOUT -> break
		:: else -> ret = 0
		fi
	   :: else
	   fi
	od;
	atomic { w = 0; want = 0; ok = false }
}

/* (E) -> ok */
inline release_unwaited()
{
	atomic {
#ifdef MUTANT_robust_quiet_unmarked
		ok = true; want = MY | WAITERS
#else
		want = MY | WAITERS | UNLOCKING;
		change(MY | WAITERS, want)
#endif
	};
	if
	:: ok ->
		futex_wake_ret(M, 1);
		atomic {
			ok = false;
			if
			:: ret == 0 -> change(want, 0)
			:: else
			fi
		}
	:: else
	fi
}

inline release()
{
	atomic { change(MY, 0) }; /* (D) */
	if
	:: !ok && quiet -> release_unwaited()
	:: else
	fi;
	if
	:: atomic { /* (D) */
		!ok ->
#ifdef MUTANT_robust_unlock_clears_waiters
		word = 0
#else
		word = WAITERS
#endif
		};
		atomic {
			futex_wake_ret(M, 1);
			quiet = (ret == 0)
		}
	:: ok
	fi;
	atomic { ok = false; ret = 0; want = 0 }
}

/* Owned and pending: ret is 0 or OWNERDEAD. */
inline keep()
{
	if
	:: state == BROKEN -> release(); ret = NOTRECOVERABLE
	:: atomic {
		state != BROKEN ->
		state = (ret == OWNERDEAD -> INCONSISTENT : state)
	   };
	   listed[me] = true
	fi
}

inline fmutex_robust_lock(timed)
{
	if
	:: state == BROKEN -> ret = NOTRECOVERABLE
	:: else ->
#ifndef MUTANT_wake_lost_to_dying_waiter
		pending[me] = true;
#endif
		acquire(timed);
		if
		:: ret == 0 || ret == OWNERDEAD ->
#ifdef MUTANT_robust_end_before_add
			pending[me] = false;
#endif
			keep()
		:: else
		fi;
		pending[me] = false
	fi
}

inline fmutex_robust_unlock()
{
#ifndef MUTANT_robust_unlock_not_pending
	pending[me] = true;
#endif
	listed[me] = false;
	atomic { state = (state == INCONSISTENT -> BROKEN : state) };
	release();
	pending[me] = false
}

/* What the owner does with what is protected. */
inline use()
{
	atomic {
		assert(holder == 0);
		assert(!dirty || ret == OWNERDEAD);
		holder = MY;
		if
		:: ret == 0
		:: ret == OWNERDEAD -> dirty = false; state = CONSISTENT
#ifdef GIVE_UP
		:: ret == OWNERDEAD
#endif
		fi;
		ret = 0;
		dirty = (state == CONSISTENT -> true : dirty)
	};
	atomic {
		holder = 0;
		dirty = (state == CONSISTENT -> false : dirty)
	}
}

/* The kernel, for thread me that is dead. Its last changes cannot be seen by
 * itself any more, so the order of the links in the list does not matter. */
inline handle_futex_death(only_pending)
{
	atomic {
		w = word;
		ok = false;
		if
		:: only_pending && !(w & TID) -> ok = true
		:: (w & TID) == MY ->
			word = (w & WAITERS) | DIED;
			ok = ((w & WAITERS) != 0)
		:: else
		fi
	};
	if
	:: ok -> futex_wake(M, 1)
	:: else
	fi;
	w = 0; ok = false
}

inline exit_robust_list()
{
	atomic {
		if
		:: asleep[me] != NOWHERE -> futex_leave()
		:: else
		fi;
		holder = (holder == MY -> 0 : holder);
		want = 0; quiet = false; ret = 0
	};
	if
	:: listed[me] && !pending[me] -> handle_futex_death(false)
	:: pending[me] -> handle_futex_death(true)
	:: else
	fi;
	atomic { listed[me] = false; pending[me] = false }
}

proctype locker(byte me; bool timed)
{
	FUTEX_LOCALS;
	byte w = 0, want = 0, i = 0;
	bool ok = false, quiet = false;

	{
		do
		:: atomic { i < ROUNDS -> i++ };
			fmutex_robust_lock(timed);
			if
			:: ret == 0 || ret == OWNERDEAD ->
				use();
				fmutex_robust_unlock()
			:: else -> ret = 0
			fi
		:: i == ROUNDS -> break
		od
	} unless {
		atomic {
			dying == me && ret != QUEUED -> dying = NOWHERE;
			i = ROUNDS
		};
		exit_robust_list()
	}
}

init {
	byte i = 0;

	atomic {
		START(LOCKERS, locker(i, false));
		START(TIMED, locker(LOCKERS + i, true));
		i = 0
	}
	do
	:: i < DEATHS ->
		if
		:: dying = 0
		:: dying = 1
		:: dying = 2
		:: true
		fi;
		i++
	:: i == DEATHS -> break
	od;
	storm = false;
	ALONE;
	assert(!(word & TID))
}
