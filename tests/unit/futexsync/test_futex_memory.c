// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: words that are misaligned, gone, read-only, mapped */

#include <sys/stat.h>
#include <sys/syscall.h>

#include "futex_help.h"

#define PAGE 4096
#define RW   (PROT_READ | PROT_WRITE)

static const struct futexsync_time past = { .tv_sec = 1 };

/* A wait that ends at once, for the sake of its error. */
static int try_wait(enum wait_kind kind, void *word, bool shared)
{
	static const struct futexsync_time none = { 0 };
	struct wait w = { .kind = kind,
			  .word = word,
			  .shared = shared,
			  .time = kind == WAIT_FOR ? &none : &past };

	return wait_now(&w);
}

/* What all waits but the untimed one say of @word. */
static void waits_say(void *word, bool shared, int err)
{
	enum wait_kind kind;

	for (kind = WAIT_FOR; kind < WAIT_KINDS; kind++) {
		if (have_wait(kind))
			CHECK_EQ(try_wait(kind, word, shared), err);
	}
}

static void wakes_say(void *word, bool shared, int ret)
{
	CHECK_EQ(futexsync_wake(word, 1, shared), ret);
	CHECK_EQ(futexsync_wake_bitset(word, 1, 1, shared), ret);
	if (have_futex2())
		CHECK_EQ(futexsync2_wake(word, 1, 1,
					 FUTEXSYNC2_U32 |
						 (shared ? 0
							 : FUTEXSYNC2_PRIVATE)),
			 ret);
}

TEST(misaligned_words_are_invalid)
{
	uint32_t words[3] = { 0 };
	char *odd = (char *)words;
	int i, shared;

	for (i = 1; i < 4; i++) {
		void *word = odd + i;

		for (shared = 0; shared < 2; shared++) {
			waits_say(word, shared, -EINVAL);
			wakes_say(word, shared, -EINVAL);
			CHECK_EQ(futexsync_requeue(word, 1, words, 1, shared),
				 -EINVAL);
			CHECK_EQ(futexsync_requeue(words, 1, word, 1, shared),
				 -EINVAL);
			CHECK_EQ(futexsync_lock_pi(word, shared, NULL),
				 -EINVAL);
		}
	}
}

TEST(private_wake_on_memory_that_is_gone_wakes_none)
{
	uint32_t *word = map_pages(PAGE, RW, MAP_PRIVATE);

	munmap(word, PAGE);
	wakes_say(word, false, 0);
	wakes_say(NULL, false, 0);
}

TEST(shared_wake_on_memory_that_is_gone_is_efault)
{
	uint32_t *word = map_pages(PAGE, RW, MAP_SHARED);

	munmap(word, PAGE);
	wakes_say(word, true, -EFAULT);
	wakes_say(NULL, true, -EFAULT);
}

TEST(wait_on_memory_that_is_gone_is_efault)
{
	uint32_t *word = map_pages(PAGE, RW, MAP_PRIVATE);

	munmap(word, PAGE);
	waits_say(word, false, -EFAULT);
	waits_say(word, true, -EFAULT);
}

/* As far as a program's addresses go; a 32-bit one has them nearly all. */
TEST(addresses_of_the_kernel_are_efault)
{
	void *word = (void *)(UINTPTR_MAX - PAGE + 1);

	waits_say(word, false, -EFAULT);
	wakes_say(word, true, -EFAULT);
	if (sizeof(long) == 8)
		wakes_say(word, false, -EFAULT);
}

static uint32_t *read_only(int flags)
{
	uint32_t *word = map_pages(PAGE, RW, flags);

	*word = 0;
	CHECK_EQ(mprotect(word, PAGE, PROT_READ), 0);
	return word;
}

TEST(private_word_may_be_read_only)
{
	uint32_t *word = read_only(MAP_PRIVATE);

	waits_say(word, false, -ETIMEDOUT);
	wakes_say(word, false, 0);
	munmap(word, PAGE);
}

TEST(shared_word_in_private_memory_may_not_be_read_only)
{
	uint32_t *word = read_only(MAP_PRIVATE);

	waits_say(word, true, -EFAULT);
	wakes_say(word, true, -EFAULT);
	munmap(word, PAGE);
}

TEST(shared_word_in_shared_memory_may_be_read_only)
{
	uint32_t *word = read_only(MAP_SHARED);

	waits_say(word, true, -ETIMEDOUT);
	wakes_say(word, true, 0);
	munmap(word, PAGE);
}

TEST(pi_word_and_target_of_wake_op_may_not_be_read_only)
{
	static const struct futexsync_wake_op add = { .op = FUTEX_OP_ADD };
	uint32_t *word = read_only(MAP_SHARED), other = 0;

	CHECK_EQ(futexsync_lock_pi(word, true, NULL), -EFAULT);
	CHECK_EQ(futexsync_wake_op(&other, 1, word, 1, add, true), -EFAULT);
	CHECK_EQ(futexsync_wake_op(word, 1, &other, 1, add, true), 0);
	munmap(word, PAGE);
}

static int new_file(void)
{
	int fd = (int)syscall(SYS_memfd_create, "word", 0);

	if (fd < 0 || ftruncate(fd, PAGE))
		abort();
	return fd;
}

static uint32_t *map_file(int fd, int flags)
{
	void *mem = mmap(NULL, PAGE, RW, flags, fd, 0);

	if (mem == MAP_FAILED)
		abort();
	return mem;
}

TEST(shared_word_is_the_place_in_the_file)
{
	int fd = new_file();
	uint32_t *here = map_file(fd, MAP_SHARED);
	uint32_t *there = map_file(fd, MAP_SHARED);
	struct wait w = { .word = here, .shared = true };
	struct sleeper s;

	for (w.kind = 0; w.kind < WAIT_KINDS; w.kind++) {
		if (!try_wait_kind(w.kind))
			continue;
		wait_begin(&s, &w);
		CHECK_EQ(futexsync_wake(there + 1, 1, true), 0);
		CHECK_EQ(futexsync_wake(there, 1, true), 1);
		CHECK_EQ(sleeper_join(&s), 0);
	}
	munmap(here, PAGE);
	munmap(there, PAGE);
	close(fd);
}

TEST(private_word_is_the_address)
{
	int fd = new_file();
	uint32_t *here = map_file(fd, MAP_SHARED);
	uint32_t *there = map_file(fd, MAP_SHARED);
	struct wait w = { .word = here };
	struct sleeper s;

	wait_begin(&s, &w);
	CHECK_EQ(futexsync_wake(there, 1, false), 0);
	CHECK_EQ(futexsync_wake(here, 1, false), 1);
	CHECK_EQ(sleeper_join(&s), 0);
	munmap(here, PAGE);
	munmap(there, PAGE);
	close(fd);
}

/* Two private copies of one page of a file, once both are written. */
TEST(private_copies_of_a_file_do_not_meet)
{
	int fd = new_file();
	uint32_t *here = map_file(fd, MAP_PRIVATE);
	uint32_t *there = map_file(fd, MAP_PRIVATE);
	struct wait w = { .word = here, .shared = true };
	struct sleeper s;

	*here = 0;
	*there = 0;
	wait_begin(&s, &w);
	CHECK_EQ(futexsync_wake(there, 1, true), 0);
	CHECK_EQ(futexsync_wake(here, 1, true), 1);
	CHECK_EQ(sleeper_join(&s), 0);
	munmap(here, PAGE);
	munmap(there, PAGE);
	close(fd);
}

static int wake_in_child(uint32_t *word)
{
	pid_t pid = fork();
	int status = -1;

	if (pid < 0)
		abort();
	if (!pid)
		_exit(futexsync_wake(word, 1, true));
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	return WEXITSTATUS(status);
}

TEST(fork_shares_words_in_shared_memory_alone)
{
	uint32_t *shared = map_pages(PAGE, RW, MAP_SHARED);
	uint32_t *copied = map_pages(PAGE, RW, MAP_PRIVATE);
	struct wait on_shared = { .word = shared, .shared = true };
	struct wait on_copied = { .word = copied, .shared = true };
	struct sleeper s[2];

	*copied = 0;
	wait_begin(&s[0], &on_shared);
	wait_begin(&s[1], &on_copied);
	CHECK_EQ(wake_in_child(shared), 1);
	CHECK_EQ(wake_in_child(copied), 0);
	CHECK_EQ(sleeper_join(&s[0]), 0);
	CHECK_EQ(futexsync_wake(copied, 1, true), 1);
	CHECK_EQ(sleeper_join(&s[1]), 0);
	munmap(shared, PAGE);
	munmap(copied, PAGE);
}

/* The memory goes, the waiter stays: to be found by its address alone. */
TEST(waiter_sleeps_on_when_its_memory_is_unmapped)
{
	uint32_t *word = map_pages(PAGE, RW, MAP_PRIVATE);
	struct wait w = { .word = word };
	struct sleeper s;

	wait_begin(&s, &w);
	munmap(word, PAGE);
	CHECK(sleeper_sleeps(&s));
	CHECK_EQ(futexsync_wake(word, 1, false), 1);
	CHECK_EQ(sleeper_join(&s), 0);
}

TEST(waiter_may_be_woken_through_another_mapping_when_its_own_is_gone)
{
	int fd = new_file();
	uint32_t *here = map_file(fd, MAP_SHARED);
	uint32_t *there = map_file(fd, MAP_SHARED);
	struct wait w = { .word = here, .shared = true };
	struct sleeper s;

	wait_begin(&s, &w);
	munmap(here, PAGE);
	CHECK_EQ(futexsync_wake(there, 1, true), 1);
	CHECK_EQ(sleeper_join(&s), 0);
	munmap(there, PAGE);
	close(fd);
}

/*
 * The kernel wakes at the word of set_tid_address(2) when a thread ends, with a
 * shared wake of one: that is what pthread_join() waits for.
 */
TEST(end_of_a_thread_clears_and_wakes_its_tid_word)
{
	static uint32_t tid = 1;
	static struct {
		struct sleeper s;
		struct wait w;
	} waiter;
	pid_t pid = fork();
	int status = -1;

	if (pid < 0)
		abort();
	if (!pid) {
		/* This process' only other thread waits; then the first ends. */
		alarm(TEST_LIMIT_S);
		waiter.w =
			(struct wait){ .word = &tid, .val = 1, .shared = true };
		wait_begin(&waiter.s, &waiter.w);
		syscall(SYS_set_tid_address, &tid);
		syscall(SYS_exit, 0);
	}
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0);
}
