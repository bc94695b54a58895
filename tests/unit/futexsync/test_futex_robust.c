// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: owners that die, and the unlock of robust words */

#include "futex_help.h"

struct robust_lock {
	struct robust_list entry;
	uint32_t word;
};

/* What a dying thread has on its list when it goes. */
struct death {
	struct robust_lock lock[2];
	struct robust_list_head head;
	bool pending;
	uint32_t bits; /* besides the tid */
	uint32_t tid; /* 0: its own */
};

static int die_with_locks(void *arg)
{
	struct death *d = arg;
	uint32_t tid = d->tid ? d->tid : (uint32_t)gettid();
	int i;

	for (i = 0; i < 2; i++)
		d->lock[i].word = tid | d->bits;
	d->head.futex_offset = offsetof(struct robust_lock, word);
	d->head.list.next = &d->lock[0].entry;
	d->lock[0].entry.next = &d->head.list;
	d->head.list_op_pending = d->pending ? &d->lock[1].entry : NULL;
	return (int)futexsync_syscall(SYS_set_robust_list, (long)&d->head,
				      sizeof(d->head), 0, 0, 0, 0);
}

/* Let a thread die so; the join returns after its list was walked. */
static uint32_t die(struct death *d)
{
	struct sleeper s;

	sleeper_start(&s, die_with_locks, d);
	CHECK_EQ(sleeper_join(&s), 0);
	return (uint32_t)s.tid;
}

TEST(words_of_a_dead_owner_are_marked)
{
	struct death d = { .pending = false };
	uint32_t tid = die(&d);

	CHECK_EQ(d.lock[0].word, FUTEX_OWNER_DIED);
	CHECK_EQ(d.lock[1].word, tid);
	d.pending = true;
	die(&d);
	CHECK_EQ(d.lock[0].word, FUTEX_OWNER_DIED);
	CHECK_EQ(d.lock[1].word, FUTEX_OWNER_DIED);
}

TEST(waiters_bit_outlives_the_owner)
{
	struct death d = { .bits = FUTEX_WAITERS };

	die(&d);
	CHECK_EQ(d.lock[0].word, FUTEX_OWNER_DIED | FUTEX_WAITERS);
}

TEST(words_of_others_on_the_list_are_left_alone)
{
	struct death d = { .tid = (uint32_t)gettid(), .pending = true };

	die(&d);
	CHECK_EQ(d.lock[0].word, gettid());
	CHECK_EQ(d.lock[1].word, gettid());
}

/* The waiter sleeps on the value that the dying thread will write. */
struct scene {
	struct death d;
	struct wait w;
	bool go; /* atomic */
};

static int die_when_told(void *arg)
{
	struct scene *scene = arg;

	__atomic_store_n(&scene->d.lock[0].word,
			 (uint32_t)gettid() | scene->d.bits, __ATOMIC_RELEASE);
	UNTIL(__atomic_load_n(&scene->go, __ATOMIC_ACQUIRE));
	return die_with_locks(&scene->d);
}

static void wait_for_death(struct scene *scene, struct sleeper *waiter)
{
	uint32_t *word = &scene->d.lock[0].word;
	struct sleeper owner;

	sleeper_start(&owner, die_when_told, scene);
	UNTIL(__atomic_load_n(word, __ATOMIC_ACQUIRE));
	scene->w.word = word;
	scene->w.val = *word;
	wait_begin(waiter, &scene->w);
	__atomic_store_n(&scene->go, true, __ATOMIC_RELEASE);
	CHECK_EQ(sleeper_join(&owner), 0);
}

TEST(death_wakes_one_shared_waiter_if_the_waiters_bit_is_set)
{
	struct scene scene = { .d.bits = FUTEX_WAITERS, .w.shared = true };
	struct sleeper s;

	wait_for_death(&scene, &s);
	CHECK_EQ(sleeper_join(&s), 0);
}

TEST(death_wakes_nobody_without_the_waiters_bit)
{
	struct scene scene = { .w.shared = true };
	struct sleeper s;

	wait_for_death(&scene, &s);
	CHECK(sleeper_sleeps(&s));
	CHECK_EQ(futexsync_wake(scene.w.word, 1, true), 1);
	CHECK_EQ(sleeper_join(&s), 0);
}

TEST(death_does_not_wake_private_waiters)
{
	struct scene scene = { .d.bits = FUTEX_WAITERS };
	struct sleeper s;

	wait_for_death(&scene, &s);
	CHECK(sleeper_sleeps(&s));
	CHECK_EQ(futexsync_wake(scene.w.word, 1, false), 1);
	CHECK_EQ(sleeper_join(&s), 0);
}

/* What FUTEX_ROBUST_UNLOCK works on; the guard shows how much it writes. */
struct unlock {
	uint32_t word;
	struct robust_list *pending;
	uintptr_t guard;
	struct robust_list entry;
	struct wait w;
	struct sleeper s;
};

static bool have_unlock(void)
{
	struct robust_list *pending = NULL;
	uint32_t word = 0;

	return futexsync_robust_unlock_bitset(&word, 1, 0, &pending, false) !=
	       -ENOSYS;
}

#define SKIP_WITHOUT_UNLOCK()                                           \
	do {                                                            \
		if (!have_unlock())                                     \
			SKIP("this kernel has no FUTEX_ROBUST_UNLOCK"); \
	} while (0)

static void unlock_begin(struct unlock *u, bool shared)
{
	u->word = (uint32_t)gettid() | FUTEX_WAITERS;
	u->pending = &u->entry;
	u->guard = 12345;
	u->w = (struct wait){ .word = &u->word,
			      .val = u->word,
			      .shared = shared };
	wait_begin(&u->s, &u->w);
}

static void unlock_end(struct unlock *u)
{
	CHECK_EQ(u->word, 0);
	CHECK(!u->pending);
	CHECK_EQ(u->guard, 12345);
	CHECK_EQ(sleeper_join(&u->s), 0);
}

TEST(robust_unlock_clears_word_and_pending_and_wakes)
{
	struct unlock u;
	int shared;

	SKIP_WITHOUT_UNLOCK();
	for (shared = 0; shared < 2; shared++) {
		unlock_begin(&u, shared);
		CHECK_EQ(futexsync_robust_unlock(&u.word, 1, &u.pending,
						 shared),
			 1);
		unlock_end(&u);
	}
}

TEST(robust_unlock_does_not_ask_who_owns_the_word)
{
	struct unlock u = { .word = 12345, .pending = &u.entry };

	SKIP_WITHOUT_UNLOCK();
	CHECK_EQ(futexsync_robust_unlock(&u.word, 1, &u.pending, false), 0);
	CHECK_EQ(u.word, 0);
	CHECK(!u.pending);
}

TEST(robust_unlock_by_mask_passes_over_others)
{
	struct unlock u;

	SKIP_WITHOUT_UNLOCK();
	unlock_begin(&u, false);
	CHECK_EQ(futexsync_robust_unlock_bitset(&u.word, 1, 0, &u.pending,
						false),
		 -EINVAL);
	CHECK(u.word && u.pending);
	CHECK_EQ(futexsync_robust_unlock_bitset(&u.word, 1, 4, &u.pending,
						false),
		 1);
	unlock_end(&u);
}

TEST(robust_unlock_with_a_bad_word_does_nothing)
{
	struct unlock u = { .pending = &u.entry };

	SKIP_WITHOUT_UNLOCK();
	CHECK_EQ(futexsync_robust_unlock(NULL, 1, &u.pending, false), -EFAULT);
	CHECK_EQ(futexsync_robust_unlock((void *)((char *)&u + 1), 1,
					 &u.pending, false),
		 -EINVAL);
	CHECK(u.pending);
}

TEST(robust_unlock_with_a_bad_pending_unlocks_and_wakes_nobody)
{
	struct unlock u;

	SKIP_WITHOUT_UNLOCK();
	unlock_begin(&u, false);
	CHECK_EQ(futexsync_robust_unlock(&u.word, 1, NULL, false), -EFAULT);
	CHECK_EQ(u.word, 0);
	CHECK_EQ(futexsync_wake(&u.word, 1, false), 1);
	CHECK_EQ(sleeper_join(&u.s), 0);
}

TEST(robust_unlock_pi_clears_pending_if_it_unlocks)
{
	struct unlock u = { .pending = &u.entry };

	SKIP_WITHOUT_UNLOCK();
	CHECK_EQ(futexsync_robust_unlock_pi(&u.word, &u.pending, false),
		 -EPERM);
	CHECK(u.pending);
	u.word = (uint32_t)gettid();
	CHECK_EQ(futexsync_robust_unlock_pi(&u.word, NULL, false), -EFAULT);
	CHECK_EQ(u.word, 0);
	u.word = (uint32_t)gettid();
	CHECK_EQ(futexsync_robust_unlock_pi(&u.word, &u.pending, false), 0);
	CHECK_EQ(u.word, 0);
	CHECK(!u.pending);
}

/* Also what a kernel says that does not know it: nothing happens then. */
TEST(robust_flag_with_other_operations_is_enosys)
{
	struct unlock u = { .word = 7, .pending = &u.entry };
	int op;

	for (op = 0; op <= FUTEXSYNC_LOCK_PI2; op++) {
		if (op == FUTEX_WAKE || op == FUTEX_WAKE_BITSET ||
		    op == FUTEX_UNLOCK_PI)
			continue;
		CHECK_EQ(futexsync_raw(&u.word, futexsync_robust_op(op, false),
				       0, NULL, 0, &u.pending, 0),
			 -ENOSYS);
	}
	CHECK_EQ(u.word, 7);
	CHECK(u.pending);
}

TEST(robust_unlock_is_enosys_where_it_is_unknown_and_does_nothing)
{
	struct unlock u = { .word = 7, .pending = &u.entry };

	if (have_unlock())
		SKIP("this kernel has FUTEX_ROBUST_UNLOCK");
	CHECK_EQ(futexsync_robust_unlock(&u.word, 1, &u.pending, false),
		 -ENOSYS);
	CHECK_EQ(futexsync_robust_unlock_pi(&u.word, &u.pending, false),
		 -ENOSYS);
	CHECK_EQ(u.word, 7);
	CHECK(u.pending);
}
