// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - what the running kernel can do, found by trying */

/*
 * Each probe makes a call that a kernel which knows it must refuse for a reason
 * of its own, so that nobody is woken and nothing is changed. A kernel that
 * does not know it says -ENOSYS (a call, an operation) or -EINVAL (a flag); a
 * sandbox may say anything. So what counts is the one answer that only a kernel
 * with the feature gives.
 */

#include <futexsync/features.h>
#include <futexsync/futex.h>

#define KNOWN	    (1ULL << 63) /* the other bits are filled in */
#define U32_PRIVATE (FUTEXSYNC2_U32 | FUTEXSYNC2_PRIVATE)

/* What the probes work on: theirs alone. */
struct probe {
	struct futexsync_numa_word numa;
	uint64_t wide;
	uint32_t word;
};

static uint64_t found; /* atomic; threads at once find the same */

static uint64_t bit_if(bool there, uint64_t bit)
{
	return there ? bit : 0;
}

/* Another value than the word's: -EAGAIN. No bits to wake: -EINVAL. */
static uint64_t try_plain(struct probe *p)
{
	static const struct futexsync_wake_op nothing = {
		.op = FUTEX_OP_OR,
		.cmp = FUTEX_OP_CMP_NE,
	};
	uint32_t *word = &p->word;
	uint64_t have;

	have = bit_if(futexsync_wait(word, 1, false) == -EAGAIN,
		      FUTEXSYNC_HAS_WAIT);
	have |= bit_if(futexsync_cmp_requeue(word, 1, 0, word, 0, false) ==
			       -EAGAIN,
		       FUTEXSYNC_HAS_REQUEUE);
	have |= bit_if(futexsync_wake_op(word, 1, word, 1, nothing, false) == 0,
		       FUTEXSYNC_HAS_WAKE_OP);
	have |= bit_if(futexsync_wake_bitset(word, 1, 0, false) == -EINVAL,
		       FUTEXSYNC_HAS_BITSET);
	return have;
}

static bool have_robust_list(void)
{
	struct robust_list_head *head;
	size_t len;

	return !futexsync_syscall(SYS_get_robust_list, 0, (long)&head,
				  (long)&len, 0, 0, 0);
}

/* Misaligned, or moved from a word to itself, or no bits: -EINVAL. */
static uint64_t try_pi_and_robust(struct probe *p)
{
	uint32_t *odd = (uint32_t *)((char *)&p->wide + 1);
	struct robust_list *pending = NULL;
	uint32_t *word = &p->word;
	uint64_t have;

	have = bit_if(futexsync_trylock_pi(odd, false) == -EINVAL,
		      FUTEXSYNC_HAS_PI);
	have |= bit_if(futexsync_lock_pi2(odd, false, NULL, 0) == -EINVAL,
		       FUTEXSYNC_HAS_LOCK_PI2);
	have |= bit_if(futexsync_cmp_requeue_pi(word, 0, word, 0, false) ==
			       -EINVAL,
		       FUTEXSYNC_HAS_REQUEUE_PI);
	have |= bit_if(have_robust_list(), FUTEXSYNC_HAS_ROBUST_LIST);
	have |= bit_if(futexsync_robust_unlock_bitset(word, 1, 0, &pending,
						      false) == -EINVAL,
		       FUTEXSYNC_HAS_ROBUST_UNLOCK);
	return have;
}

/* No words, or no bits: -EINVAL. */
static uint64_t try_futex2(struct probe *p)
{
	uint64_t have;

	have = bit_if(futexsync_waitv(NULL, 0, NULL, 0) == -EINVAL,
		      FUTEXSYNC_HAS_WAITV);
	have |= bit_if(futexsync2_wake(&p->word, 0, 0, U32_PRIVATE) == -EINVAL,
		       FUTEXSYNC_HAS_WAKE2);
	have |= bit_if(futexsync2_wait(&p->word, 1, 0, U32_PRIVATE, NULL, 0) ==
			       -EINVAL,
		       FUTEXSYNC_HAS_WAIT2);
	have |= bit_if(futexsync2_requeue(NULL, 0, 0) == -EINVAL,
		       FUTEXSYNC_HAS_REQUEUE2);
	return have;
}

/* A flag that is known wakes nobody on a word of which nobody knows. */
static bool have_flag(void *word, unsigned int flags)
{
	return futexsync2_wake(word, 1, 1, flags | FUTEXSYNC2_PRIVATE) == 0;
}

static uint64_t try_flags(struct probe *p)
{
	uint64_t have;

	have = bit_if(have_flag(&p->numa, FUTEXSYNC2_U32 | FUTEXSYNC2_NUMA),
		      FUTEXSYNC_HAS_NUMA);
	have |= bit_if(have_flag(&p->word, FUTEXSYNC2_U32 | FUTEXSYNC2_MPOL),
		       FUTEXSYNC_HAS_MPOL);
	have |= bit_if(have_flag(&p->wide, FUTEXSYNC2_U8), FUTEXSYNC_HAS_U8);
	have |= bit_if(have_flag(&p->wide, FUTEXSYNC2_U16), FUTEXSYNC_HAS_U16);
	have |= bit_if(have_flag(&p->wide, FUTEXSYNC2_U64), FUTEXSYNC_HAS_U64);
	return have;
}

uint64_t futexsync_features(void)
{
	uint64_t have = __atomic_load_n(&found, __ATOMIC_RELAXED);
	struct probe p = { .numa.node = FUTEXSYNC_NO_NODE };

	if (have)
		return have & ~KNOWN;
	have = try_plain(&p) | try_pi_and_robust(&p) | try_futex2(&p) |
	       try_flags(&p);
	have |= bit_if(futexsync_hash_get_slots() >= 0, FUTEXSYNC_HAS_HASH);
	__atomic_store_n(&found, have | KNOWN, __ATOMIC_RELAXED);
	return have;
}
