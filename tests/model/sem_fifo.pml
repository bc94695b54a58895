/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - model: userlib/src/futexsync/sem_fifo.c, served in order */

/*
 * POSTERS post one token each, WAITERS wait for one each; TIMED wait with a
 * deadline and TRIERS try, and both post back what they got. CLOSERS close at
 * some moment. All get through in the end: who sleeps on is an invalid end
 * state. The last one out destroys the semaphore.
 *
 * The letters are those of the C code. Its loops around one compare-and-swap of
 * the state are one step here, but for the one in unlock(), which has done
 * something when it fails. Who looks at the queue or a node asserts that it may.
 */

#ifndef CLOSERS
#define CLOSERS 0
#endif
#ifndef TRIERS
#define TRIERS 0
#endif

#define THREADS (POSTERS + WAITERS + TIMED + TRIERS + CLOSERS)
#define WORDS (1 + THREADS)
#define LOCK 0 /* the word of the queue's lock; that of a node is 1 + thread */

#include "futex.pml"

#define SHUTDOWN 99
#define CLOSED 64
#define TOKENS(v) ((v) & (CLOSED - 1))

/* The state: one 64-bit word in the C code. */
byte low; /* tokens, and CLOSED */
byte waiters;
bool locked, lock_waited;
bool alive = true;

#define HIGH (waiters + 64 * locked + 128 * lock_waited)
#define RULE assert(locked || TOKENS(low) == 0 || waiters == 0)

/* The nodes, of which each thread has one, on its stack. */
#define AWAKE 0
#define ASLEEP 1
#define GRANTED 2
#define SHUT 3

chan line = [THREADS] of { byte }; /* the queue; under the lock */
byte word[THREADS];
bool node_alive[THREADS], queued[THREADS], has_token[THREADS];
byte chosen_by[THREADS]; /* 1 + thread */
byte arrival[THREADS], arrivals; /* what only the world knows */

byte posted, taken;
byte users = THREADS;

#define FIFO_LOCALS byte v = 0, n = 0, c = 0, k = 0, got = 0, had = 0, \
	left = 0; bool lw = false, fine = false, again = false

/* Sleep for the lock, which was locked in the state that has been seen. */
inline wait_for_lock()
{
	atomic {
		assert(alive);
		fine = locked;
		lock_waited = (locked -> true : lock_waited);
		n = HIGH
	};
	if
	:: fine -> futex_wait(LOCK, HIGH, n, false)
	:: else
	fi;
	ret = 0; n = 0; fine = false
}

/* The first in the queue goes with what v says, if there is something. */
inline choose()
{
	do
	:: n > c && (TOKENS(v) > c || v >= CLOSED) ->
		atomic {
			line ? k;
			assert(node_alive[k]);
			queued[k] = false;
			has_token[k] = (TOKENS(v) > c);
			chosen_by[k] = 1 + me;
			in_order();
			c++
		}
	:: else -> break
	od;
	k = 0
}

/* Nobody who came before thread k waits still. */
inline in_order()
{
	for (who : 0 .. (THREADS - 1)) {
		assert(!queued[who] || arrival[who] > arrival[k])
	}
	who = 0
}

/* (C) and (D) */
inline unlock()
{
	atomic { assert(alive && locked); v = low; n = waiters; c = 0 };
	do
	:: choose();
	   atomic { /* (C) */
		assert(alive && locked);
		if
		:: low == v && waiters == n ->
			had = (TOKENS(v) < c -> TOKENS(v) : c);
			low = v - had;
			taken = taken + had;
			waiters = n - c;
			lw = lock_waited;
			locked = false;
			lock_waited = false;
			RULE;
			break
		:: else -> v = low; n = waiters
		fi
	   }
	od;
	if
	:: lw -> futex_wake(LOCK, THREADS)
	:: else
	fi;
	atomic { v = 0; n = 0; c = 0; had = 0; lw = false };
	do
	:: k < THREADS && chosen_by[k] == 1 + me -> grant(); k++
	:: k < THREADS && chosen_by[k] != 1 + me -> k++
	:: k == THREADS -> break
	od;
	k = 0
#ifdef MUTANT_fifo_reads_after_unlock
	;
	assert(alive)
#endif
}

/* (D) for the node of thread k */
inline grant()
{
#ifdef MUTANT_fifo_grant_not_atomic
	atomic { assert(node_alive[k]); fine = (word[k] == ASLEEP) };
#endif
	atomic {
		assert(node_alive[k]);
#ifndef MUTANT_fifo_grant_not_atomic
		fine = (word[k] == ASLEEP);
#endif
		word[k] = (has_token[k] -> GRANTED : SHUT);
		chosen_by[k] = 0
	};
	if
	:: fine -> futex_wake(1 + k, 1)
	:: else
	fi;
#ifdef MUTANT_fifo_reads_node_after_grant
	assert(node_alive[k]);
#endif
	fine = false
}

/* (B) -> got: 1, SHUTDOWN, or 0: in the queue */
inline enter()
{
	do
	:: atomic {
		assert(alive);
		if
#ifdef MUTANT_fifo_takes_past_queue
		:: TOKENS(low) ->
#else
		:: waiters == 0 && TOKENS(low) ->
#endif
			assert(waiters == 0); /* nobody came before */
			low--; taken++; got = 1; break
		:: waiters == 0 && low == CLOSED -> got = SHUTDOWN; break
		:: (waiters || low == 0) && locked
		:: (waiters || low == 0) && !locked ->
			locked = true;
			waiters++;
			arrivals++;
			arrival[me] = arrivals;
			got = 0;
			break
		fi
	   };
	   wait_for_lock()
	od
}

inline lock()
{
	do
	:: atomic {
		assert(alive);
		if
		:: locked
		:: !locked -> locked = true; break
		fi
	   };
	   wait_for_lock()
	od
}

/* Until (D), or a deadline -> ret: TIMEDOUT or 0 */
inline sleep_in(timed)
{
	atomic { word[me] = (word[me] == AWAKE -> ASLEEP : word[me]) };
	do
	:: word[me] >= GRANTED -> ret = 0; break
	:: word[me] < GRANTED ->
		if
		:: ret == TIMEDOUT -> break
		:: else -> futex_wait(1 + me, word[me], ASLEEP, timed)
		fi
	od
}

/* (E) -> ret: TIMEDOUT: we are out; 0: we were chosen */
inline give_up()
{
	do
	:: lock();
	   fine = queued[me];
	   atomic {
		ret = 0;
		if
		:: fine && low == 0 ->
			waiters--;
			ret = TIMEDOUT
		:: else
		fi
	   };
	   if
	   :: ret == TIMEDOUT ->
#ifndef MUTANT_fifo_leaves_node
		atomic { line ?? eval(me); queued[me] = false };
#endif
		left = TIMEDOUT
	   :: else -> left = 0
	   fi;
	   if
	   :: fine && left == 0 -> again = true
	   :: else
	   fi;
	   unlock();
	   ret = left;
	   if
	   :: again -> again = false
	   :: else -> break
	   fi
	od;
	fine = false; left = 0
}

/* -> got: 1, 0, SHUTDOWN */
inline fifo_wait(timed)
{
	enter();
	if
	:: got
	:: else ->
		atomic {
			word[me] = AWAKE;
			node_alive[me] = true;
			queued[me] = true;
			line ! me
		};
		unlock();
		sleep_in(timed);
		if
		:: ret == TIMEDOUT -> give_up()
		:: else
		fi;
		if
		:: ret == TIMEDOUT -> got = 0
		:: else ->
			sleep_in(false);
			got = (word[me] == GRANTED -> 1 : SHUTDOWN)
		fi;
		atomic { node_alive[me] = false; ret = 0 }
	fi
}

inline fifo_trywait()
{
	atomic {
		assert(alive);
		got = (waiters == 0 && TOKENS(low) -> 1 : 0);
		low = low - got;
		taken = taken + got
	}
}

/* One use is over when (A) is, unless there is somebody to be served. */
inline fifo_post()
{
	atomic { /* (A) */
		assert(alive);
		fine = false;
		got = (low < CLOSED -> 1 : 0);
		if
		:: got ->
			low++;
			posted++;
			fine = (waiters && !locked);
#ifdef MUTANT_fifo_post_serves_nobody
			fine = false;
#endif
			locked = locked || fine;
#ifndef MUTANT_fifo_post_serves_nobody
			RULE
#endif
		:: else
		fi;
		users--
	};
	if
	:: fine -> fine = false; unlock()
	:: else
	fi
}

inline fifo_close()
{
	atomic { /* (F) */
		assert(alive);
		low = low | CLOSED;
		fine = (waiters && !locked);
		locked = locked || fine;
		users--
	};
	if
	:: fine -> fine = false; unlock()
	:: else
	fi
}

inline used()
{
	atomic {
		users--;
		if
		:: users == 0 -> alive = false
		:: else
		fi
	}
}

proctype poster(byte me)
{
	FUTEX_LOCALS;
	FIFO_LOCALS;

	fifo_post()
}

proctype waiter(byte me)
{
	FUTEX_LOCALS;
	FIFO_LOCALS;

	fifo_wait(false);
	assert(got == 1 || (CLOSERS && got == SHUTDOWN));
	used()
}

proctype borrower(byte me; bool tries)
{
	FUTEX_LOCALS;
	FIFO_LOCALS;

	if
	:: tries -> fifo_trywait()
	:: else -> fifo_wait(true)
	fi;
	if
	:: got == 1 -> fifo_post()
	:: else -> used()
	fi
}

proctype closer(byte me)
{
	FUTEX_LOCALS;
	FIFO_LOCALS;

	fifo_close()
}

init {
	byte i = 0;

	atomic {
		START(POSTERS, poster(i));
		START(WAITERS, waiter(POSTERS + i));
		START(TIMED, borrower(POSTERS + WAITERS + i, false));
		START(TRIERS, borrower(POSTERS + WAITERS + TIMED + i, true));
		START(CLOSERS, closer(THREADS - 1));
		i = 0
	}
	storm = false;
	ALONE;
	assert(TOKENS(low) == posted - taken);
	assert(waiters == 0 && !locked && len(line) == 0);
	THE_END
}
