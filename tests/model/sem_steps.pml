/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - model: the steps of userlib/src/futexsync/sem.c */

/*
 * Each atomic step of the C code is an atomic step here and has the same letter.
 * The two halves of the state are two variables that one step changes together.
 * A compare-and-swap that fails reads the state in the same step. (A weak one
 * that fails for no reason comes back to where it was.)
 *
 * Needs: SEMS semaphores, whose words are 0 to SEMS - 1; in each process
 * SEM_LOCALS and, to wait, FUTEX_LOCALS. `ok` tells whether a call did what it
 * is for. POSTED(s) and TAKEN(s) happen in the very step that gives or takes a
 * token.
 *
 * The mutants are bugs that others have shipped, and some of our own; the table
 * of them is in `mutants`. Without one, the first branch of each #if is the
 * C code.
 */

#define SEM_LOCALS byte v = 0, n = 0, seen = 0; bool ok = false

byte value[SEMS], waiters[SEMS];
bool alive[SEMS] = true; /* until destroyed: then nobody may touch it */
byte sequence[SEMS]; /* only with SEQUENCE, see sleep() */

bool died;

#ifndef VALUE_MAX
#define VALUE_MAX 100
#endif

inline look(s)
{
	assert(alive[s]);
	v = value[s];
	n = waiters[s]
}

#ifndef MUTANT_musl_2022
#define UNCHANGED(s) value[s] == v && waiters[s] == n
#else
#define UNCHANGED(s) value[s] == v
#endif

#ifdef MUTANT_musl_2024
#define CLEAR_MARK(s) waiters[s] = 0
#define POST_WAKES THREADS
#else
#define CLEAR_MARK(s)
#define POST_WAKES 1
#endif

#if defined(MUTANT_libstdcxx_98033) || defined(MUTANT_libcxx_46357)
#define WAKE_IS_NEEDED (v == 0 && n > 0)
#else
#define WAKE_IS_NEEDED (n > 0)
#endif

/* With DEATH, one poster may be killed before its wake, or find the memory gone
 * from under the address. */
inline wake(s)
{
	if
	:: futex_wake(s, POST_WAKES)
#ifdef DEATH
	:: atomic { !died -> died = true }
#endif
	fi
}

inline fsem_post(s)
{
	atomic { look(s) }
#ifdef MUTANT_musl_2022
	atomic { assert(alive[s]); n = waiters[s] }
#endif
#ifdef MUTANT_wake_before_publish
	if
	:: WAKE_IS_NEEDED -> wake(s)
	:: else
	fi;
#endif
	do
	:: v >= VALUE_MAX -> ok = false; break /* -EOVERFLOW */
	:: atomic { /* (A) */
		v < VALUE_MAX ->
		assert(alive[s]);
		if
#ifndef MUTANT_post_overshoots
		:: UNCHANGED(s) ->
			value[s] = v + 1;
#else
		:: value[s]++; assert(value[s] <= VALUE_MAX);
#endif
			CLEAR_MARK(s);
			POSTED(s);
			ok = true;
			break
#ifndef MUTANT_post_overshoots
		:: else -> look(s)
#endif
		fi
	}
	od
#ifdef SEQUENCE
	atomic { sequence[s]++ }
#endif
#ifdef MUTANT_glibc_12674
	atomic { look(s) }
#endif
	if
#ifndef MUTANT_wake_before_publish
	:: ok && WAKE_IS_NEEDED -> wake(s)
#endif
	:: else
	fi
	v = 0; n = 0
}

/* take(): a token, and with as_waiter = 1 the waiter that it was for */
inline take(s, as_waiter)
{
	atomic { look(s) }
	do
	:: v == 0 -> ok = false; break
	:: atomic { /* (D) */
		v > 0 ->
		assert(alive[s]);
		if
#ifndef MUTANT_take_not_atomic
		:: value[s] == v && waiters[s] == n ->
#else
		:: true ->
#endif
			value[s] = v - 1;
#if !defined(MUTANT_musl_2024) && \
	!defined(MUTANT_deregister_before_retry)
			waiters[s] = n - as_waiter;
#endif
			TAKEN(s);
			ok = true;
			break
#if !defined(MUTANT_libstdcxx_98033) && !defined(MUTANT_take_not_atomic)
		:: else -> look(s)
#elif defined(MUTANT_libstdcxx_98033)
		:: else -> ok = false; break
#endif
		fi
	}
	od
	v = 0; n = 0
}

inline give_up(s)
{
	atomic { look(s) }
	do
	:: atomic { /* (E) */
		assert(alive[s]);
		if
		:: UNCHANGED(s) ->
#ifndef MUTANT_timeout_keeps_waiter
			waiters[s] = waiters[s] - 1;
#endif
			if
#ifndef MUTANT_give_up_without_look
			:: v > 0 -> value[s] = v - 1; TAKEN(s); ok = true
#endif
			:: else -> ok = false
			fi;
			break
		:: else -> look(s)
		fi
	}
	od
	v = 0; n = 0
}

/*
 * (C): sleep while the value is 0. With SEQUENCE the futex is a number beside
 * the value, which each post moves on: the way of those who cannot sleep on the
 * state itself. Right if the number is read before the state is tested.
 */
inline sleep(s, timed)
{
#ifdef SEQUENCE
	futex_wait(s, sequence[s], seen, timed)
#elif defined(MUTANT_wait_untested_value)
	futex_wait(s, 0, 0, timed)
#elif defined(MUTANT_libstdcxx_98033)
	atomic { seen = value[s] }
	futex_wait(s, value[s], seen, timed)
#else
	futex_wait(s, value[s], 0, timed)
#endif
}

inline read_sequence(s)
{
	atomic { seen = sequence[s] }
}

inline wait_slow(s, timed)
{
	atomic { /* (B) */
		assert(alive[s]);
		waiters[s]++
	}
	do
	:: true ->
#if defined(SEQUENCE) && !defined(MUTANT_libcxx_77659)
	   read_sequence(s);
#endif
	   take(s, 1);
	   if
	   :: ok -> break
	   :: else
	   fi;
#ifdef MUTANT_libcxx_77659
	   read_sequence(s);
#endif
#ifdef MUTANT_musl_2024
	   atomic { waiters[s] = 1 }
#endif
	   sleep(s, timed);
#ifdef MUTANT_deregister_before_retry
	   atomic {
		if
		:: waiters[s] > 0 && ret != TIMEDOUT -> waiters[s]--
		:: else
		fi
	   }
#endif
	   if
	   :: ret == TIMEDOUT -> give_up(s); break
#ifdef MUTANT_timeout_swallows_wake
	   :: timed && ret == WOKEN ->
		atomic { waiters[s] = waiters[s] - 1; ok = false };
		break
#endif
	   :: ret != TIMEDOUT
	   fi
	od
	ret = 0; seen = 0
}

inline fsem_wait(s, timed)
{
	take(s, 0);
	if
	:: ok
	:: else -> wait_slow(s, timed)
	fi
}

inline fsem_trywait(s)
{
	take(s, 0)
}
