/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - model: the steps of userlib/src/futexsync/mutex.c, the plain one */

/*
 * The letters are those of the C code. Needs: WORDS, of which each that is a
 * mutex has its state in word[]; in each process MUTEX_LOCALS and FUTEX_LOCALS.
 * `ok` tells whether the caller owns the mutex.
 */

#define FREE 0
#define LOCKED 1
#define CONTENDED 2

#define MUTEX_LOCALS bool ok = false; byte was = 0

byte word[WORDS];
bool alive[WORDS] = true; /* until destroyed: then nobody may touch it */

inline fmutex_trylock(m)
{
	atomic { /* (A) */
		assert(alive[m]);
		ok = (word[m] == FREE);
		word[m] = (ok -> LOCKED : word[m])
	}
}

/* (C): what a thread makes of the word that has found it locked. */
inline exchange_contended(m)
{
	atomic {
		assert(alive[m]);
		was = word[m];
#ifdef MUTANT_woken_locks_uncontended
		word[m] = (was == FREE -> LOCKED : CONTENDED)
#else
		word[m] = CONTENDED
#endif
	}
}

inline lock_slow(m, timed)
{
	do
	:: exchange_contended(m);
	   if
	   :: was == FREE -> ok = true; break
	   :: else
	   fi;
	   was = 0;
#ifdef MUTANT_wait_untested_value
	   futex_wait(m, CONTENDED, CONTENDED, timed); /* (D) */
#else
	   futex_wait(m, word[m], CONTENDED, timed); /* (D) */
#endif
	   if
	   :: ret == TIMEDOUT -> ok = false; break
#ifdef MUTANT_timeout_swallows_wake
	   :: timed && ret == WOKEN -> ok = false; break
#endif
	   :: ret != TIMEDOUT
	   fi
	od;
	was = 0; ret = 0
}

inline fmutex_lock(m, timed)
{
	fmutex_trylock(m);
	if
	:: ok
	:: else -> lock_slow(m, timed)
	fi
}

inline fmutex_unlock(m)
{
#ifdef MUTANT_unlock_not_atomic
	atomic { assert(alive[m]); was = word[m] };
	atomic { assert(alive[m]); word[m] = FREE };
#else
	atomic { /* (B) */
		assert(alive[m]);
		was = word[m];
		word[m] = FREE
	};
#endif
#ifdef MUTANT_glibc_12674
	atomic { assert(alive[m]); ok = false }; /* reads the flags */
#endif
	if
	:: was == CONTENDED -> futex_wake(m, 1)
	:: else
	fi;
	was = 0; ok = false
}
