// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: PI words: who owns them, and who may */

#include <sys/resource.h>

#include "futex_help.h"

static const struct futexsync_time past = { .tv_sec = 1 };
static uint32_t lock;

static uint32_t seen(void)
{
	return __atomic_load_n(&lock, __ATOMIC_ACQUIRE);
}

static int lock_and_unlock(void *arg)
{
	int ret = futexsync_lock_pi(&lock, false, NULL);

	(void)arg;
	if (ret)
		return ret;
	CHECK_EQ(seen() & FUTEX_TID_MASK, gettid());
	return futexsync_unlock_pi(&lock, false);
}

TEST(pi_word_holds_the_tid_of_the_owner)
{
	lock = 0;
	CHECK_EQ(futexsync_lock_pi(&lock, false, NULL), 0);
	CHECK_EQ(seen(), gettid());
	CHECK_EQ(futexsync_unlock_pi(&lock, false), 0);
	CHECK_EQ(seen(), 0);
}

/* The fast paths of user space: the kernel has no part in them. */
TEST(pi_word_may_be_locked_and_unlocked_without_a_call)
{
	struct sleeper s;

	lock = (uint32_t)gettid();
	sleeper_begin(&s, lock_and_unlock, NULL);
	CHECK_EQ(seen(), (uint32_t)gettid() | FUTEX_WAITERS);
	CHECK_EQ(futexsync_unlock_pi(&lock, false), 0);
	CHECK_EQ(sleeper_join(&s), 0);
	CHECK_EQ(seen(), 0);
}

TEST(owner_that_locks_again_is_edeadlk)
{
	lock = (uint32_t)gettid();
	CHECK_EQ(futexsync_lock_pi(&lock, false, NULL), -EDEADLK);
	CHECK_EQ(futexsync_trylock_pi(&lock, false), -EDEADLK);
	CHECK_EQ(seen(), gettid());
}

static uint32_t ring[2];
static bool second_owned; /* atomic */

static int lock_second_then_first(void *arg)
{
	int ret = futexsync_lock_pi(&ring[1], false, NULL);

	(void)arg;
	__atomic_store_n(&second_owned, true, __ATOMIC_RELEASE);
	if (!ret)
		ret = futexsync_lock_pi(&ring[0], false, NULL);
	if (!ret)
		ret = futexsync_unlock_pi(&ring[0], false);
	return ret ? ret : futexsync_unlock_pi(&ring[1], false);
}

TEST(circle_of_owners_and_waiters_is_edeadlk)
{
	struct sleeper s;

	CHECK_EQ(futexsync_lock_pi(&ring[0], false, NULL), 0);
	sleeper_start(&s, lock_second_then_first, NULL);
	UNTIL(__atomic_load_n(&second_owned, __ATOMIC_ACQUIRE));
	REST_UNTIL(sleeper_sleeps(&s));
	CHECK_EQ(futexsync_lock_pi(&ring[1], false, NULL), -EDEADLK);
	CHECK_EQ(futexsync_unlock_pi(&ring[0], false), 0);
	CHECK_EQ(sleeper_join(&s), 0);
}

static int nothing(void *arg)
{
	(void)arg;
	return 0;
}

TEST(owner_that_does_not_exist_is_esrch)
{
	struct sleeper s;

	sleeper_start(&s, nothing, NULL);
	CHECK_EQ(sleeper_join(&s), 0);
	UNTIL(kill(s.tid, 0)); /* the join returns before the end */
	lock = (uint32_t)s.tid;
	CHECK_EQ(futexsync_lock_pi(&lock, false, NULL), -ESRCH);
	CHECK_EQ(futexsync_trylock_pi(&lock, false), -ESRCH);
}

TEST(unlock_by_another_is_eperm)
{
	lock = (uint32_t)gettid() + 1;
	CHECK_EQ(futexsync_unlock_pi(&lock, false), -EPERM);
	lock = 0;
	CHECK_EQ(futexsync_unlock_pi(&lock, false), -EPERM);
}

static int try(void *arg)
{
	(void)arg;
	return futexsync_trylock_pi(&lock, false);
}

static int lock_until_past(void *arg)
{
	(void)arg;
	return futexsync_lock_pi(&lock, false, &past);
}

static int in_thread(int (*call)(void *arg))
{
	struct sleeper s;

	sleeper_start(&s, call, NULL);
	return sleeper_join(&s);
}

TEST(trylock_does_not_wait)
{
	lock = (uint32_t)gettid();
	CHECK_EQ(in_thread(try), -EAGAIN);
}

/* So the owner's fast unlock fails, and its call makes the word clean. */
TEST(waiter_that_gives_up_leaves_the_waiters_bit)
{
	lock = (uint32_t)gettid();
	CHECK_EQ(in_thread(lock_until_past), -ETIMEDOUT);
	CHECK_EQ(seen(), (uint32_t)gettid() | FUTEX_WAITERS);
	CHECK_EQ(futexsync_unlock_pi(&lock, false), 0);
	CHECK_EQ(seen(), 0);
}

TEST(past_deadline_takes_a_free_lock)
{
	lock = 0;
	CHECK_EQ(futexsync_lock_pi(&lock, false, &past), 0);
	CHECK_EQ(futexsync_unlock_pi(&lock, false), 0);
}

static int lock_and_end(void *arg)
{
	(void)arg;
	return futexsync_lock_pi(&lock, false, NULL);
}

TEST(lock_of_a_dead_owner_passes_to_a_waiter_with_owner_died)
{
	struct sleeper s, owner;
	uint32_t word;

	lock = (uint32_t)gettid();
	sleeper_begin(&owner, lock_and_end, NULL);
	sleeper_begin(&s, lock_and_end, NULL);
	CHECK_EQ(futexsync_unlock_pi(&lock, false), 0);
	CHECK_EQ(sleeper_join(&owner), 0);
	CHECK_EQ(sleeper_join(&s), 0);
	/* Both ended as owners, one after the other. */
	word = seen();
	CHECK(word & FUTEX_OWNER_DIED);
	CHECK_EQ(word & FUTEX_TID_MASK, s.tid);
}

TEST(trylock_takes_a_lock_whose_owner_has_died)
{
	lock = FUTEX_OWNER_DIED;
	CHECK_EQ(futexsync_trylock_pi(&lock, false), 0);
	CHECK_EQ(seen(), (uint32_t)gettid() | FUTEX_OWNER_DIED);
	CHECK_EQ(futexsync_unlock_pi(&lock, false), 0);
	CHECK_EQ(seen(), 0);
}

TEST(wake_and_requeue_on_pi_waiters_are_invalid)
{
	uint32_t other = 0;
	struct sleeper s;

	lock = (uint32_t)gettid();
	sleeper_begin(&s, lock_and_unlock, NULL);
	CHECK_EQ(futexsync_wake(&lock, 1, false), -EINVAL);
	CHECK_EQ(futexsync_requeue(&lock, 1, &other, 1, false), -EINVAL);
	if (have_futex2())
		CHECK_EQ(futexsync2_wake(&lock, 1, 1, U32_PRIVATE), -EINVAL);
	CHECK_EQ(futexsync_unlock_pi(&lock, false), 0);
	CHECK_EQ(sleeper_join(&s), 0);
}

TEST(lock_pi_with_plain_waiters_is_invalid)
{
	struct wait w = { .word = &lock, .val = (uint32_t)getppid() };
	struct sleeper s;

	lock = w.val;
	wait_begin(&s, &w);
	CHECK_EQ(futexsync_lock_pi(&lock, false, NULL), -EINVAL);
	CHECK_EQ(futexsync_wake(&lock, 1, false), 1);
	CHECK_EQ(sleeper_join(&s), 0);
}

/* The second field after the state in stat: 18, the kernel's priority. */
static long kernel_priority(pid_t tid)
{
	char line[512], *field;
	int i;

	task_line(tid, "stat", line, sizeof(line));
	field = strrchr(line, ')');
	for (i = 2; field && i < 18; i++)
		field = strchr(field + 1, ' ');
	return field ? strtol(field, NULL, 10) : -1000;
}

static int lock_in_real_time(void *arg)
{
	struct sched_param param = { .sched_priority = 7 };

	if (sched_setscheduler(0, SCHED_FIFO, &param))
		return -errno;
	return lock_and_unlock(arg);
}

TEST(owner_runs_with_the_priority_of_its_waiter)
{
	struct sched_param param = { .sched_priority = 1 };
	long before = kernel_priority(gettid());
	struct sleeper s;

	if (sched_setscheduler(0, SCHED_FIFO, &param))
		SKIP("needs the right to real-time priorities");
	param.sched_priority = 0;
	sched_setscheduler(0, SCHED_OTHER, &param);
	lock = (uint32_t)gettid();
	sleeper_begin(&s, lock_in_real_time, NULL);
	CHECK_EQ(kernel_priority(gettid()), -1 - 7);
	CHECK_EQ(futexsync_unlock_pi(&lock, false), 0);
	CHECK_EQ(kernel_priority(gettid()), before);
	CHECK_EQ(sleeper_join(&s), 0);
}

TEST(unlock_passes_to_the_waiter_of_highest_priority)
{
	struct sched_param param = { .sched_priority = 1 };
	struct sleeper first, urgent;

	if (sched_setscheduler(0, SCHED_FIFO, &param))
		SKIP("needs the right to real-time priorities");
	param.sched_priority = 0;
	sched_setscheduler(0, SCHED_OTHER, &param);
	lock = (uint32_t)gettid();
	sleeper_begin(&first, lock_and_end, NULL);
	sleeper_begin(&urgent, lock_in_real_time, NULL);
	CHECK_EQ(futexsync_unlock_pi(&lock, false), 0);
	CHECK_EQ(sleeper_join(&urgent), 0);
	CHECK_EQ(sleeper_join(&first), 0);
	CHECK_EQ(seen() & FUTEX_TID_MASK, first.tid);
}

static void lock_in_child(uint32_t *word)
{
	alarm(TEST_LIMIT_S);
	if (futexsync_lock_pi(word, true, NULL) ||
	    (*word & FUTEX_TID_MASK) != (uint32_t)gettid() ||
	    futexsync_unlock_pi(word, true))
		_exit(1);
	_exit(0);
}

TEST(pi_word_works_between_processes)
{
	uint32_t *word = map_pages(4096, PROT_READ | PROT_WRITE, MAP_SHARED);
	int status = -1;
	pid_t pid;

	*word = (uint32_t)gettid();
	pid = fork();
	if (pid < 0)
		abort();
	if (!pid)
		lock_in_child(word);
	REST_UNTIL(task_sleeps_in_futex(pid));
	CHECK_EQ(futexsync_unlock_pi(word, true), 0);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0);
	CHECK_EQ(*word, 0);
	munmap(word, 4096);
}
