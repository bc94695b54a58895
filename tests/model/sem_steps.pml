/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - model: the steps of userlib/src/futexsync/sem.c */

/*
 * Each atomic step of the C code is an atomic step here and has the same letter.
 * The two halves of the state are two variables that one step changes together;
 * the low one, which is the futex, has the closed bit. A compare-and-swap that
 * fails reads the state in the same step. (A weak one that fails for no reason
 * comes back to where it was. The inline calls of sem.h are the first round of
 * these loops. A spinner is one who has not come yet.)
 *
 * Needs: SEMS semaphores, whose words are 0 to SEMS - 1; in each process
 * SEM_LOCALS and, to wait, FUTEX_LOCALS. `got` is what a call returns: tokens
 * taken or given, or 0, or SHUTDOWN. POSTED(k) and TAKEN(k) happen in the very
 * step that gives or takes k tokens.
 *
 * The mutants are bugs that others have shipped, and some of our own; `mutants`
 * has them all.
 */

#define SHUTDOWN 99 /* -ESHUTDOWN */
#define CLOSED 64
#define TOKENS(v) ((v) & (CLOSED - 1))
#define LEAST(a, b) ((a) < (b) -> (a) : (b))

#define SEM_LOCALS byte v = 0, n = 0, seen = 0, got = 0

byte low[SEMS]; /* tokens, and CLOSED */
byte waiters[SEMS];
bool alive[SEMS] = true; /* until destroyed: then nobody may touch it */
byte sequence[SEMS]; /* only with SEQUENCE, see sleep() */
bool died; /* only with DEATH, see wake() */

#ifndef VALUE_MAX
#define VALUE_MAX 60
#endif

inline look(s)
{
	assert(alive[s]);
	v = low[s];
	n = waiters[s]
}

#ifndef MUTANT_musl_2022
#define UNCHANGED(s) (low[s] == v && waiters[s] == n)
#else
#define UNCHANGED(s) (low[s] == v)
#endif

#if defined(MUTANT_libstdcxx_98033) || defined(MUTANT_libcxx_46357)
#define WAKES(k) (v == 0 -> LEAST(k, n) : 0)
#elif defined(MUTANT_post_n_wakes_one)
#define WAKES(k) LEAST(1, n)
#elif defined(MUTANT_musl_2024)
#define WAKES(k) (n > 0 -> THREADS : 0)
#else
#define WAKES(k) LEAST(k, n)
#endif

/*
 * As many as n says. With DEATH, one poster may be killed before its wake, or
 * find the memory gone from under the address.
 */
inline wake(s)
{
	if
	:: futex_wake(s, n)
#ifdef DEATH
	:: atomic { !died -> died = true }
#endif
	fi
}

inline fsem_post_n(s, k)
{
	atomic { look(s) }
#ifdef MUTANT_musl_2022
	atomic { assert(alive[s]); n = waiters[s] }
#endif
#ifdef MUTANT_wake_before_publish
	if
	:: n > 0 -> wake(s)
	:: else
	fi;
#endif
	do
	:: v >= CLOSED -> got = SHUTDOWN; break
	:: v < CLOSED && v + k > VALUE_MAX -> got = 0; break /* -EOVERFLOW */
	:: atomic { /* (A) */
		v + k <= VALUE_MAX ->
		assert(alive[s]);
		if
#ifdef MUTANT_post_overshoots
		:: true -> low[s] = low[s] + k; assert(low[s] <= VALUE_MAX);
#else
		:: UNCHANGED(s) -> low[s] = v + k;
#endif
#ifdef MUTANT_musl_2024
			waiters[s] = 0;
#endif
			POSTED(k);
			got = k;
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
#ifndef MUTANT_wake_before_publish
	n = WAKES(k);
	if
	:: got == k && n > 0 -> wake(s)
	:: else
	fi;
#endif
	v = 0; n = 0
}

/* Up to max tokens, and with as_waiter = 1 the waiter that they were for. */
inline take(s, max, as_waiter)
{
	atomic { look(s) }
	do
#ifdef MUTANT_close_unseen
	:: TOKENS(v) == 0 -> got = 0; break
#else
	:: TOKENS(v) == 0 -> got = (v -> SHUTDOWN : 0); break
#endif
	:: atomic { /* (D) */
		TOKENS(v) > 0 ->
		assert(alive[s]);
		if
#ifndef MUTANT_take_not_atomic
		:: UNCHANGED(s) ->
#else
		:: true ->
#endif
			got = LEAST(max, TOKENS(v));
			low[s] = v - got;
#if !defined(MUTANT_musl_2024) && !defined(MUTANT_deregister_before_retry)
			waiters[s] = waiters[s] - as_waiter;
#endif
			TAKEN(got);
			break
#ifdef MUTANT_libstdcxx_98033
		:: else -> got = 0; break
#elif !defined(MUTANT_take_not_atomic)
		:: else -> look(s)
#endif
		fi
	}
	od
	v = 0; n = 0
}

inline give_up(s, max)
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
#ifdef MUTANT_give_up_without_look
			got = 0;
#else
			got = LEAST(max, TOKENS(v));
#endif
			low[s] = v - got;
			TAKEN(got);
			if
			:: got == 0 && v == CLOSED -> got = SHUTDOWN
			:: else
			fi;
			break
		:: else -> look(s)
		fi
	}
	od
	v = 0; n = 0
}

/*
 * (C): sleep while the low half is 0. With SEQUENCE the futex is a number beside
 * the state, which each post moves on: the way of those who cannot sleep on the
 * state itself. Right if the number is read before the state is tested.
 */
inline sleep(s, timed)
{
#ifdef SEQUENCE
	futex_wait(s, sequence[s], seen, timed)
#elif defined(MUTANT_wait_untested_value)
	futex_wait(s, 0, 0, timed)
#elif defined(MUTANT_libstdcxx_98033)
	atomic { seen = low[s] }
	futex_wait(s, low[s], seen, timed)
#elif defined(MUTANT_closed_beside_word)
	futex_wait(s, TOKENS(low[s]), 0, timed)
#else
	futex_wait(s, low[s], 0, timed)
#endif
}

/* What others do who sleep on a number beside the state. */
inline test_with_sequence(s, max)
{
#ifndef MUTANT_libcxx_77659
	atomic { seen = sequence[s] };
	take(s, max, 1)
#else
	take(s, max, 1);
	atomic { seen = sequence[s] }
#endif
}

inline sleep_for(s, max, timed)
{
	atomic { /* (B) */
		assert(alive[s]);
		waiters[s]++
	}
	do
	:: true ->
#ifdef MUTANT_musl_2024
	   atomic { waiters[s] = 1 };
#endif
#ifdef SEQUENCE
	   test_with_sequence(s, max);
	   if
	   :: got > 0 -> break
	   :: else
	   fi;
#endif
	   sleep(s, timed);
	   if
	   :: ret == TIMEDOUT -> give_up(s, max); break
#ifdef MUTANT_timeout_swallows_wake
	   :: timed && ret == WOKEN ->
		atomic { waiters[s] = waiters[s] - 1; got = 0 };
		break
#endif
	   :: ret != TIMEDOUT
	   fi;
#ifdef MUTANT_deregister_before_retry
	   atomic { waiters[s] = (waiters[s] > 0 -> waiters[s] - 1 : 0) };
#endif
	   take(s, max, 1);
	   if
	   :: got == SHUTDOWN -> give_up(s, max); break
	   :: got > 0 && got != SHUTDOWN -> break
	   :: got == 0
	   fi
	od;
	ret = 0; seen = 0
}

inline fsem_wait_n(s, max, timed)
{
	take(s, max, 0);
	if
	:: got == 0 -> sleep_for(s, max, timed)
	:: got != 0
	fi
}

inline fsem_trywait(s)
{
	take(s, 1, 0)
}

inline fsem_close(s)
{
	atomic { /* (F) */
		assert(alive[s]);
		low[s] = low[s] | CLOSED
	}
#ifdef MUTANT_close_wakes_one
	futex_wake(s, 1)
#else
	futex_wake(s, THREADS)
#endif
}
