/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - model: the kernel's side of futex(2), as much as locks see */

/*
 * A word w has a queue of sleepers, first in first out, and a bucket lock. What
 * the word holds belongs to the model that includes this file; futex_wait() is
 * given an expression for it, which is read where the kernel reads it.
 *
 * A wait takes the bucket lock, compares, and only then queues itself and lets
 * the lock go: the word may change in between, but no wake or requeue gets in
 * between. That the kernel keeps to this is assumed here, not proved.
 *
 * A sleeper gets up because of a wake; or, while `storm` is on, for no reason
 * (0) or for a signal (-EINTR); or, when it has a deadline, for that. A
 * deadline can come at any moment. A sleeper that a wake has reached before its
 * deadline or its signal is told 0; LATE_DEADLINE makes a kernel that may tell
 * it -ETIMEDOUT even so. The storm, any number of such events, ends
 * at some moment that the checker chooses: from then on, who still sleeps
 * sleeps for good, unless it is woken, and an end with somebody asleep is an
 * invalid end state.
 *
 * Needs: WORDS, and THREADS that each have a number `me` below it and locals
 * FUTEX_LOCALS. The memory is sequentially consistent: the orders of the C code
 * are for the sanitizers to check.
 */

#define WOKEN 0 /* 0: a wake, or a stray one */
#define AGAIN 1 /* -EAGAIN */
#define INTR 2 /* -EINTR */
#define TIMEDOUT 3 /* -ETIMEDOUT */
#define QUEUED 4 /* inside the kernel only, with the bucket locked */

#define NOWHERE 255

#define FUTEX_LOCALS byte ret = 0

chan queue[WORDS] = [THREADS] of { byte };
bool bucket[WORDS]; /* locked */
byte asleep[THREADS] = NOWHERE; /* the word on whose queue it is */
#ifndef CALM
bool storm = true;
#else
bool storm = false; /* where there are too many states with it */
#endif
hidden byte who, count; /* scratch inside one step */

/* FUTEX_WAIT on word w, which now holds `now`, while that is val -> ret */
inline futex_wait(w, now, val, timed)
{
	atomic {
		!bucket[w];
		if
		:: (now) == (val) -> bucket[w] = true; ret = QUEUED
		:: else -> ret = AGAIN
		fi
	}
	if
	:: ret == AGAIN
	:: ret == QUEUED ->
		d_step {
			queue[w] ! me;
			asleep[me] = w;
			bucket[w] = false;
			ret = 0
		}
		atomic {
			if
			:: asleep[me] == NOWHERE -> ret = WOKEN
			:: storm && asleep[me] != NOWHERE ->
				futex_leave();
				if
				:: ret = WOKEN
				:: ret = INTR
				fi
			:: timed && asleep[me] != NOWHERE ->
				futex_leave();
				ret = TIMEDOUT
#ifdef LATE_DEADLINE
			:: timed && asleep[me] == NOWHERE -> ret = TIMEDOUT
#endif
			fi
		}
	fi
}

/* It gets up by itself: off the queue, wherever it has been moved to. */
inline futex_leave()
{
	queue[asleep[me]] ?? eval(me);
	asleep[me] = NOWHERE
}

/* Inside a step: up to n sleepers of word w get up; count tells how many. */
inline get_up(w, n)
{
	count = 0;
	do
	:: count < (n) && len(queue[w]) > 0 ->
		queue[w] ? who;
		asleep[who] = NOWHERE;
		count++
	:: count >= (n) || len(queue[w]) == 0 -> break
	od;
	who = 0
}

/* FUTEX_WAKE of up to n */
inline futex_wake(w, n)
{
	d_step {
		!bucket[w];
		get_up(w, n)
	}
}

/* The same -> ret */
inline futex_wake_ret(w, n)
{
	d_step {
		!bucket[w];
		get_up(w, n);
		ret = count
	}
}

/*
 * FUTEX_CMP_REQUEUE: if word `from`, which holds `now`, is val, then of its
 * sleepers n get up and the others go to sleep on word `to` -> ret: 0 or AGAIN.
 * It holds both bucket locks.
 */
inline futex_cmp_requeue(from, now, val, n, to)
{
	d_step {
		!bucket[from] && !bucket[to];
		ret = ((now) == (val) -> 0 : AGAIN);
		count = 0;
		do
		:: ret == 0 && len(queue[from]) > 0 ->
			queue[from] ? who;
			if
			:: count < n -> asleep[who] = NOWHERE
			:: count >= n -> queue[to] ! who; asleep[who] = to
			fi;
			count++
		:: ret != 0 || len(queue[from]) == 0 -> break
		od;
		who = 0; count = 0
	}
}

/*
 * With LIVENESS, the search is not for a bad state but for an endless way that
 * is fair to all threads and never comes to the end.
 */
#ifdef LIVENESS
bool over;
ltl ends { <> over }
#define ALONE _nr_pr == 2 /* with the claim */
#define THE_END over = true
#else
#define ALONE _nr_pr == 1
#define THE_END skip
#endif

/* Start `number` processes; i counts them. */
#define START(number, process)					\
	i = 0;							\
	do							\
	:: i < (number) -> run process; i++			\
	:: else -> break					\
	od
