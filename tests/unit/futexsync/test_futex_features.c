// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: what a kernel can do is found by trying */

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/utsname.h>

#include <futexsync/features.h>

#include "futex_help.h"

#define CLASSIC                                                               \
	(FUTEXSYNC_HAS_WAIT | FUTEXSYNC_HAS_REQUEUE | FUTEXSYNC_HAS_WAKE_OP | \
	 FUTEXSYNC_HAS_BITSET | FUTEXSYNC_HAS_PI | FUTEXSYNC_HAS_LOCK_PI2 |   \
	 FUTEXSYNC_HAS_REQUEUE_PI | FUTEXSYNC_HAS_ROBUST_LIST)
#define CALLS2                                                             \
	(FUTEXSYNC_HAS_WAITV | FUTEXSYNC_HAS_WAKE2 | FUTEXSYNC_HAS_WAIT2 | \
	 FUTEXSYNC_HAS_REQUEUE2)
#define NODES (FUTEXSYNC_HAS_NUMA | FUTEXSYNC_HAS_MPOL | FUTEXSYNC_HAS_HASH)

/* What is known of stock kernels from their sources. */
static const struct {
	const char *release;
	uint64_t features;
} known[] = {
	{ "6.1.", CLASSIC | FUTEXSYNC_HAS_WAITV },
	{ "6.12.", CLASSIC | CALLS2 },
	{ "6.18.", CLASSIC | CALLS2 | NODES },
	{ "7.3.", CLASSIC | CALLS2 | NODES | FUTEXSYNC_HAS_ROBUST_UNLOCK },
};

static uint64_t expected;

static void compare(void)
{
	CHECK_EQ(futexsync_features(), expected);
	CHECK_EQ(futexsync_features(), expected);
}

TEST(features_are_those_of_the_kernel)
{
	struct utsname uts;
	size_t i;

	uname(&uts);
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strncmp(uts.release, known[i].release,
			    strlen(known[i].release)))
			continue;
		expected = known[i].features;
		in_child(compare);
		return;
	}
	SKIP("nothing is known of this kernel");
}

/* Whether @nr fails with @err from now on; the architecture does not matter. */
static bool forbid(long nr, int err)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)err),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = 4, .filter = code };

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void look_in_a_sandbox(void)
{
	if (!CHECK(forbid(FUTEXSYNC_NR_WAITV, EPERM)) ||
	    !CHECK(forbid(FUTEXSYNC_NR_WAIT, ENOSYS)))
		return;
	CHECK_EQ(futexsync_features() & FUTEXSYNC_HAS_WAITV, 0);
	CHECK_EQ(futexsync_features() & FUTEXSYNC_HAS_WAIT2, 0);
	CHECK_EQ(futexsync_features() & CLASSIC, CLASSIC);
}

TEST(what_a_sandbox_forbids_is_not_there)
{
	in_child(look_in_a_sandbox);
}

static void look_without_futex(void)
{
	if (!CHECK(forbid(FUTEXSYNC_NR, ENOSYS)))
		return;
	CHECK_EQ(futexsync_features() & CLASSIC, FUTEXSYNC_HAS_ROBUST_LIST);
}

/* Not under sanitizers that need futexes for themselves. */
TEST(without_futex_nothing_of_it_is_there)
{
	if (UNDER_TSAN)
		SKIP("the thread sanitizer uses futexes");
	in_child(look_without_futex);
}

static uint64_t seen[4];

static void *look(void *arg)
{
	*(uint64_t *)arg = futexsync_features();
	return NULL;
}

static void look_all_at_once(void)
{
	pthread_t thread[4];
	int i;

	for (i = 0; i < 4; i++) {
		if (pthread_create(&thread[i], NULL, look, &seen[i]))
			abort();
	}
	for (i = 0; i < 4; i++) {
		CHECK_EQ(pthread_join(thread[i], NULL), 0);
		CHECK_EQ(seen[i], futexsync_features());
		CHECK(seen[i]);
	}
}

TEST(threads_that_look_at_once_see_the_same)
{
	in_child(look_all_at_once);
}

static void look_with_errno(void)
{
	errno = 12345;
	futexsync_features();
	CHECK_EQ(errno, 12345);
}

TEST(features_leave_errno_alone)
{
	in_child(look_with_errno);
}
