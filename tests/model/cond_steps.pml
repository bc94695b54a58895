/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - model: the steps of userlib/src/futexsync/cond.c */

/*
 * The letters are those of the C code. Its loops around one compare-and-swap of
 * the state are one step here: they do what one step does at the moment when
 * they succeed, and nothing before. All waiters have the same plain mutex.
 *
 * Needs: word M of the mutex, and words SEQUENCE and USERS; THREADS; in each
 * process COND_LOCALS, MUTEX_LOCALS and FUTEX_LOCALS.
 */

#define COND_LOCALS byte saw = 0, done = 0; \
	bool told = false, contended = false, moved = false

#ifndef LAST
#define LAST 200
#endif
#ifndef WAKE
#define WAKE 2 /* how many a broadcast wakes, at least 1 */
#endif

byte sequence;
byte users;
bool closing;
byte moves_begun, moves_done;
bool cond_alive = true; /* until fcond_destroy() returns 0 */

#define USERS_WORD (closing * 64 + users)

#ifdef MUTANT_glibc_25847
#define MOVED_ON(s) (1 - (s))
#else
#define MOVED_ON(s) ((s) == LAST -> LAST : (s) + 1)
#endif

/* (E): told is whether the sequence has moved on. */
inline leave()
{
	atomic {
		assert(cond_alive && users > 0);
		told = (sequence != saw);
		users--;
		sequence = (users -> sequence : 0);
		contended = (closing && users == 0)
	};
	if
	:: contended -> futex_wake(USERS, 1); contended = false
	:: else
	fi
}

/* fmutex_lock_moved() for those whom a requeue may have met */
inline lock_again()
{
	if
#ifdef MUTANT_requeued_locks_uncontended
	:: moved -> fmutex_lock(M, false)
#else
	:: moved -> lock_slow(M, false)
#endif
	:: else -> fmutex_lock(M, false)
	fi;
	moved = false
}

/* With the mutex locked -> told: false when the deadline has passed */
inline fcond_wait(timed)
{
	atomic { /* (A) */
		assert(cond_alive);
		saw = sequence;
		contended = (sequence == LAST); /* nobody can wait now */
		users = (contended -> users : users + 1)
	};
	fmutex_unlock(M);
	if
	:: contended ->
		contended = false;
		fmutex_lock(M, false);
		told = true
	:: else ->
#ifdef MUTANT_libcxx_77659
		atomic { saw = sequence };
#endif
		atomic { assert(cond_alive); done = moves_done };
		do
#ifdef MUTANT_wait_untested_value
		:: futex_wait(SEQUENCE, saw, saw, timed); /* (C) */
#else
		:: futex_wait(SEQUENCE, sequence, saw, timed); /* (C) */
#endif
		   if
		   :: ret == INTR
		   :: else -> break
		   fi
		od;
#ifdef MUTANT_timeout_swallows_wake
		if
		:: timed && ret == WOKEN -> ret = TIMEDOUT
		:: true
		fi;
#endif
		atomic {
			assert(cond_alive);
			moved = (moves_begun != done);
			done = 0;
			saw = (ret == TIMEDOUT -> saw : NOWHERE) /* told anyhow */
		};
		leave();
#ifdef MUTANT_timeout_swallows_wake
		told = (ret != TIMEDOUT);
#endif
		ret = 0; saw = 0;
		lock_again()
	fi
}

inline fcond_signal()
{
#ifdef MUTANT_cond_wakes_before_sequence
	futex_wake(SEQUENCE, 1);
#endif
	atomic { /* (B) */
		assert(cond_alive);
		saw = (users == 0 -> 0 : (sequence == LAST -> THREADS : 1));
		sequence = (saw -> MOVED_ON(sequence) : sequence)
	};
#ifndef MUTANT_cond_wakes_before_sequence
	if
	:: saw -> futex_wake(SEQUENCE, saw) /* (D) */
	:: else
	fi;
#endif
	saw = 0
}

/*
 * What others do: they wake nobody, or only if the mutex is free, as its owner
 * will; who then has to know of the sleepers. The mutants forget to tell it, or
 * do so where there is none.
 */
inline look_at_mutex()
{
	atomic {
		assert(alive[M]);
		contended = (word[M] != FREE);
#ifdef MUTANT_requeue_unlocked_mutex
		word[M] = (contended -> CONTENDED : FREE);
		contended = true
#endif
	}
}

/* (D) of a broadcast -> ok: they were moved */
inline move_all()
{
	assert(cond_alive); /* reads the name of the mutex */
	if
	:: saw == LAST -> ok = false
	:: else ->
#ifndef MUTANT_cond_move_told_late
		atomic { moves_begun++ };
#endif
#if defined(MUTANT_broadcast_target_uncontended) || \
	defined(MUTANT_requeue_unlocked_mutex)
		look_at_mutex();
		if
		:: contended ->
			futex_cmp_requeue(SEQUENCE, sequence, saw, 0, M)
		:: else ->
			futex_cmp_requeue(SEQUENCE, sequence, saw, 1, M)
		fi;
		contended = false;
#else
		futex_cmp_requeue(SEQUENCE, sequence, saw, WAKE, M);
#endif
#ifdef MUTANT_cond_move_told_late
		atomic { moves_begun++ };
#endif
		atomic { assert(cond_alive); moves_done++ };
		atomic { ok = (ret == 0); ret = 0 }
	fi
}

inline fcond_broadcast()
{
	atomic { /* (B) */
		assert(cond_alive);
		told = (users > 0);
		sequence = (told -> MOVED_ON(sequence) : sequence);
		users = (told -> users + 1 : users);
		saw = sequence
	};
	if
	:: told ->
		move_all();
		if
		:: !ok -> futex_wake(SEQUENCE, THREADS)
		:: else
		fi;
		leave()
	:: else
	fi;
	saw = 0; told = false; ok = false
}

/* -> ok; false: -EBUSY */
inline fcond_destroy()
{
	atomic {
		assert(cond_alive);
		ok = (users == 0);
		sequence = (ok -> sequence : MOVED_ON(sequence));
		closing = !ok
	};
#ifdef MUTANT_cond_destroy_no_wait
	closing = false;
	ok = true;
#endif
	if
	:: ok
	:: else ->
		futex_wake_ret(SEQUENCE, THREADS);
		if
		:: ret -> atomic { assert(cond_alive); closing = false }
		:: else ->
			do
			:: atomic { assert(cond_alive); saw = USERS_WORD };
			   if
			   :: saw == 64 -> break
			   :: else
			   fi;
			   futex_wake(M, THREADS);
			   futex_wait(USERS, USERS_WORD, saw, false)
			od;
			closing = false;
			ok = true
		fi;
		ret = 0; saw = 0
	fi;
	if
	:: ok -> cond_alive = false
	:: else
	fi
}
