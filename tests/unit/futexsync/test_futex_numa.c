// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: words that name the node where waiters queue */

#include <linux/mempolicy.h>

#include "futex_help.h"

#define NUMA	  (FUTEXSYNC2_U32 | FUTEXSYNC2_NUMA)
#define PAGE	  4096
#define NODES_MAX 64

static const struct futexsync_time past = { .tv_sec = 1 };

static bool have_flag(unsigned int flag)
{
	struct futexsync_numa_word word = { .node = FUTEXSYNC_NO_NODE };

	return futexsync2_wake(&word, 1, 1, U32_PRIVATE | flag) == 0;
}

#define SKIP_WITHOUT(flag)                                 \
	do {                                               \
		if (!have_flag(flag))                      \
			SKIP("this kernel has no " #flag); \
	} while (0)

/* Nodes 0 to n - 1, as a virtual machine numbers them. */
static unsigned int nodes(void)
{
	char path[64];
	unsigned int n;

	for (n = 0; n < NODES_MAX; n++) {
		snprintf(path, sizeof(path), "/sys/devices/system/node/node%u",
			 n);
		if (access(path, F_OK))
			break;
	}
	return n ? n : 1;
}

#define SKIP_WITH_ONE_NODE()                                         \
	do {                                                         \
		if (nodes() < 2)                                     \
			SKIP("this machine has one node: --numa 2"); \
	} while (0)

static unsigned int node_of_this_cpu(void)
{
	unsigned int cpu, node = ~0U;

	CHECK_EQ(futexsync_syscall(SYS_getcpu, (long)&cpu, (long)&node, 0, 0, 0,
				   0),
		 0);
	return node;
}

struct numa_wait {
	struct futexsync_numa_word *word;
	unsigned int flags;
};

static int call_numa_wait(void *arg)
{
	struct numa_wait *w = arg;

	return futexsync2_wait(w->word, w->word->val, ALL, w->flags, NULL, 0);
}

static int numa_wake(struct futexsync_numa_word *word, unsigned int flags)
{
	return futexsync2_wake(word, ALL, 9, flags);
}

static void meet_on_each_node(unsigned int flags)
{
	struct futexsync_numa_word word = { .val = 3 };
	struct numa_wait w = { &word, flags };
	unsigned int node, n = nodes();
	struct sleeper s;

	for (node = 0; node < n; node++) {
		word.node = node;
		sleeper_begin(&s, call_numa_wait, &w);
		CHECK_EQ(word.node, node);
		CHECK_EQ(numa_wake(&word, flags), 1);
		CHECK_EQ(sleeper_join(&s), 0);
		CHECK_EQ(word.node, node);
	}
}

TEST(waiter_and_waker_meet_on_the_node_that_is_given)
{
	SKIP_WITHOUT(FUTEXSYNC2_NUMA);
	meet_on_each_node(NUMA);
	meet_on_each_node(NUMA | FUTEXSYNC2_PRIVATE);
	if (have_flag(FUTEXSYNC2_MPOL))
		meet_on_each_node(NUMA | FUTEXSYNC2_MPOL);
}

TEST(numa_wait_compares_the_value)
{
	struct futexsync_numa_word word = { .val = 3 };

	SKIP_WITHOUT(FUTEXSYNC2_NUMA);
	CHECK_EQ(futexsync2_wait(&word, 4, ALL, NUMA, &past, 0), -EAGAIN);
	CHECK_EQ(futexsync2_wait(&word, 3, ALL, NUMA, &past, 0), -ETIMEDOUT);
}

/* On each CPU in turn, wherever the test may run. */
TEST(no_node_becomes_the_node_of_the_cpu)
{
	struct futexsync_numa_word word = { .val = 3 };
	cpu_set_t all, one;
	int cpu;

	SKIP_WITHOUT(FUTEXSYNC2_NUMA);
	CHECK_EQ(sched_getaffinity(0, sizeof(all), &all), 0);
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &all))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		CHECK_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
		word.node = FUTEXSYNC_NO_NODE;
		CHECK_EQ(futexsync2_wait(&word, 3, ALL, NUMA, &past, 0),
			 -ETIMEDOUT);
		CHECK_EQ(word.node, node_of_this_cpu());
		word.node = FUTEXSYNC_NO_NODE;
		CHECK_EQ(numa_wake(&word, NUMA | FUTEXSYNC2_PRIVATE), 0);
		CHECK_EQ(word.node, node_of_this_cpu());
	}
	CHECK_EQ(sched_setaffinity(0, sizeof(all), &all), 0);
}

TEST(node_that_cannot_be_is_invalid)
{
	static const uint32_t bad[] = { NODES_MAX * 1024, INT32_MAX,
					(uint32_t)INT32_MIN, (uint32_t)-2 };
	struct futexsync_numa_word word = { .val = 3 };
	struct futexsync_waitv v = { .val = 3,
				     .uaddr = (uintptr_t)&word,
				     .flags = NUMA };
	size_t i;

	SKIP_WITHOUT(FUTEXSYNC2_NUMA);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		word.node = bad[i];
		CHECK_EQ(futexsync2_wait(&word, 3, ALL, NUMA, &past, 0),
			 -EINVAL);
		CHECK_EQ(futexsync_waitv(&v, 1, &past, 0), -EINVAL);
		CHECK_EQ(numa_wake(&word, NUMA), -EINVAL);
		CHECK_EQ(word.node, bad[i]);
	}
}

/* A waiter that nobody finds, until the node is what it was. */
TEST(node_that_changes_hides_the_waiters)
{
	struct futexsync_numa_word word = { .val = 3, .node = 0 };
	struct numa_wait w = { &word, NUMA | FUTEXSYNC2_PRIVATE };
	struct sleeper s;

	SKIP_WITHOUT(FUTEXSYNC2_NUMA);
	SKIP_WITH_ONE_NODE();
	sleeper_begin(&s, call_numa_wait, &w);
	word.node = 1;
	CHECK_EQ(numa_wake(&word, w.flags), 0);
	CHECK(sleeper_sleeps(&s));
	word.node = 0;
	CHECK_EQ(numa_wake(&word, w.flags), 1);
	CHECK_EQ(sleeper_join(&s), 0);
}

TEST(numa_word_is_aligned_to_8_bytes)
{
	struct futexsync_numa_word word[2] = { { .node = 0 } };
	void *half = &word[0].node;

	SKIP_WITHOUT(FUTEXSYNC2_NUMA);
	CHECK_EQ(futexsync2_wait(half, 0, ALL, NUMA, &past, 0), -EINVAL);
	CHECK_EQ(futexsync2_wake(half, ALL, 1, NUMA), -EINVAL);
}

TEST(numa_word_may_be_read_only_if_a_node_is_given)
{
	struct futexsync_numa_word *word =
		map_pages(PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	unsigned int flags = NUMA | FUTEXSYNC2_PRIVATE;

	SKIP_WITHOUT(FUTEXSYNC2_NUMA);
	word[0].node = 0;
	word[1].node = FUTEXSYNC_NO_NODE;
	CHECK_EQ(mprotect(word, PAGE, PROT_READ), 0);
	CHECK_EQ(numa_wake(&word[0], flags), 0);
	CHECK_EQ(numa_wake(&word[1], flags), -EFAULT);
	munmap(word, PAGE);
}

/* With a table of the process' own, where only words without a node queue. */
TEST(plain_private_wake_does_not_find_a_numa_waiter)
{
	struct futexsync_numa_word word = { .val = 3, .node = 0 };
	struct numa_wait w = { &word, NUMA | FUTEXSYNC2_PRIVATE };
	struct sleeper s;

	SKIP_WITHOUT(FUTEXSYNC2_NUMA);
	sleeper_begin(&s, call_numa_wait, &w);
	if (CHECK(futexsync_hash_get_slots() > 0))
		CHECK_EQ(futexsync_wake(&word.val, 9, false), 0);
	CHECK_EQ(numa_wake(&word, w.flags), 1);
	CHECK_EQ(sleeper_join(&s), 0);
}

TEST(waitv_and_requeue2_take_numa_words)
{
	struct futexsync_numa_word word[2] = { { .node = 0 } };
	struct numa_wait w = { &word[0], NUMA };
	struct futexsync_waitv v[2];
	struct sleeper s;
	int i;

	SKIP_WITHOUT(FUTEXSYNC2_NUMA);
	word[1].node = nodes() - 1;
	for (i = 0; i < 2; i++)
		v[i] = (struct futexsync_waitv){ .uaddr = (uintptr_t)&word[i],
						 .flags = NUMA };
	CHECK_EQ(futexsync_waitv(v, 2, &past, 0), -ETIMEDOUT);
	sleeper_begin(&s, call_numa_wait, &w);
	CHECK_EQ(futexsync2_requeue(v, 0, 1), 1);
	CHECK_EQ(numa_wake(&word[0], NUMA), 0);
	CHECK_EQ(numa_wake(&word[1], NUMA), 1);
	CHECK_EQ(sleeper_join(&s), 0);
}

static void prefer(void *page, unsigned int node)
{
	unsigned long mask[NODES_MAX / (8 * sizeof(long)) + 1] = { 0 };

	mask[0] = 1UL << node;
	CHECK_EQ(futexsync_syscall(SYS_mbind, (long)page, PAGE, MPOL_PREFERRED,
				   (long)mask, NODES_MAX, 0),
		 0);
}

TEST(mpol_takes_the_node_that_the_memory_prefers)
{
	struct futexsync_numa_word *word =
		map_pages(PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	unsigned int flags = NUMA | FUTEXSYNC2_MPOL | FUTEXSYNC2_PRIVATE;
	unsigned int node, n = nodes();

	SKIP_WITHOUT(FUTEXSYNC2_MPOL);
	SKIP_WITH_ONE_NODE();
	for (node = 0; node < n; node++) {
		prefer(word, node);
		word->node = FUTEXSYNC_NO_NODE;
		CHECK_EQ(numa_wake(word, flags), 0);
		CHECK_EQ(word->node, node);
	}
	munmap(word, PAGE);
}

TEST(node_that_is_given_goes_before_mpol)
{
	struct futexsync_numa_word *word =
		map_pages(PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	unsigned int flags = NUMA | FUTEXSYNC2_MPOL | FUTEXSYNC2_PRIVATE;

	SKIP_WITHOUT(FUTEXSYNC2_MPOL);
	SKIP_WITH_ONE_NODE();
	prefer(word, 1);
	word->node = 0;
	CHECK_EQ(numa_wake(word, flags), 0);
	CHECK_EQ(word->node, 0);
	munmap(word, PAGE);
}

TEST(mpol_without_a_policy_takes_the_node_of_the_cpu)
{
	struct futexsync_numa_word word = { .node = FUTEXSYNC_NO_NODE };
	cpu_set_t all, one;

	SKIP_WITHOUT(FUTEXSYNC2_MPOL);
	CHECK_EQ(sched_getaffinity(0, sizeof(all), &all), 0);
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	CHECK_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
	CHECK_EQ(numa_wake(&word, NUMA | FUTEXSYNC2_MPOL), 0);
	CHECK_EQ(word.node, node_of_this_cpu());
	CHECK_EQ(sched_setaffinity(0, sizeof(all), &all), 0);
}

TEST(plain_word_may_have_mpol_alone)
{
	struct futexsync_numa_word word = { .val = 3 };
	struct numa_wait w = { &word, U32_PRIVATE | FUTEXSYNC2_MPOL };
	struct sleeper s;

	SKIP_WITHOUT(FUTEXSYNC2_MPOL);
	word.node = 12345; /* no node, for this word has none */
	sleeper_begin(&s, call_numa_wait, &w);
	CHECK_EQ(numa_wake(&word, w.flags), 1);
	CHECK_EQ(sleeper_join(&s), 0);
	CHECK_EQ(word.node, 12345);
}

TEST(numa_and_mpol_are_invalid_where_they_are_unknown)
{
	struct futexsync_numa_word word = { .val = 3 };
	unsigned int flag;

	SKIP_WITHOUT_FUTEX2();
	if (have_flag(FUTEXSYNC2_NUMA))
		SKIP("this kernel has FUTEXSYNC2_NUMA");
	for (flag = FUTEXSYNC2_NUMA; flag <= FUTEXSYNC2_MPOL; flag *= 2) {
		CHECK_EQ(futexsync2_wait(&word, 3, ALL, U32_PRIVATE | flag,
					 &past, 0),
			 -EINVAL);
		CHECK_EQ(numa_wake(&word, U32_PRIVATE | flag), -EINVAL);
	}
}
