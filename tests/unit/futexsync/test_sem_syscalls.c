// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: no system call while nobody has to sleep */

/*
 * A child is trapped in every system call but those that it needs to end. The
 * trap counts; that it can count is shown by a call that must not be saved.
 */

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

#include "sem_help.h"

#define ROUNDS effort(10000)

static volatile sig_atomic_t trapped;

static void count_trap(int sig)
{
	(void)sig;
	trapped = trapped + 1;
}

#define ALLOW(nr) { BPF_JMP | BPF_JEQ | BPF_K, 0, 1, (nr) }, ALLOWED
#define ALLOWED                                          \
	{                                                \
		BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW \
	}

static bool trap_all_calls(void)
{
	struct sock_filter code[] = {
		{ BPF_LD | BPF_W | BPF_ABS, 0, 0,
		  offsetof(struct seccomp_data, nr) },
		ALLOW(SYS_write),
		ALLOW(SYS_exit_group),
		ALLOW(SYS_rt_sigreturn),
		ALLOW(SYS_sigaltstack), /* of the address sanitizer, at the end */
#ifdef SYS_sigreturn
		ALLOW(SYS_sigreturn),
#endif
		{ BPF_RET | BPF_K, 0, 0, SECCOMP_RET_TRAP },
	};
	struct sock_fprog program = { sizeof(code) / sizeof(*code), code };
	struct sigaction action = { .sa_handler = count_trap };

	return !sigaction(SIGSYS, &action, NULL) &&
	       !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void use(struct fsem *s, bool any)
{
	const struct timespec past = { .tv_sec = 1 };
	struct fsem *const list[] = { s };
	uint32_t value;
	int i, bad = 0;

	for (i = 0; i < ROUNDS; i++) {
		bad += fsem_post(s) != 0;
		bad += fsem_wait(s) != 0;
		bad += fsem_post_n(s, 3) != 0;
		bad += fsem_wait_until(s, &past, CLOCK_REALTIME) != 0;
		bad += fsem_trywait(s) != 0;
		bad += fsem_wait_n_until(s, 7, NULL, 0) != 1;
		bad += fsem_trywait(s) != -EAGAIN;
		bad += fsem_trywait_n(s, 2) != -EAGAIN;
		bad += fsem_post(s) != 0;
		bad += fsem_getvalue(s, &value) != 0 || value != 1;
		bad += fsem_destroy(s) != 0;
		bad += fsem_trywait_n(s, 2) != 1;
		if (!any)
			continue;
		bad += fsem_post(s) != 0;
		bad += fsem_wait_any(list, 1, NULL, 0) != 0;
	}
	CHECK_EQ(bad, 0);
}

/* Only the usual kind can be one of several. */
static void use_trapped(void *arg)
{
	struct fsem *s = arg;
	bool any = !(s->state >> 63 || s->flags & FSEM_NUMA);

	REQUIRE(trap_all_calls());
	use(s, any);
	CHECK_EQ(trapped, 0);
	futexsync_wake(NULL, 1, false);
	CHECK_EQ(trapped, 1);
}

static void check_with(unsigned int flags)
{
	struct fsem s;

	int ret = fsem_init_with(&s, 0, flags, -1);

	if (ret == -EOPNOTSUPP && flags & FSEM_NUMA)
		return; /* not in this kernel */
	CHECK_EQ(ret, 0);
	join_child(start_child(use_trapped, &s));
}

TEST(tokens_that_are_there_cost_no_system_call)
{
	check_with(0);
	check_with(FSEM_SHARED);
	check_with(FSEM_FIFO);
	check_with(FSEM_NUMA);
	check_with(FSEM_NUMA | FSEM_SHARED);
}

/* The same seen from the other side: with a waiter there is one, no more. */
static void post_to_waiters(void *arg)
{
	struct fsem s = FSEM_INIT(0);

	(void)arg;
	s.state = (uint64_t)2 << 32; /* two who wait, somewhere */
	REQUIRE(trap_all_calls());
	CHECK_EQ(fsem_post(&s), 0);
	CHECK_EQ(trapped, 1);
	CHECK_EQ(fsem_post_n(&s, 5), 0);
	CHECK_EQ(trapped, 2);
	CHECK_EQ(fsem_close(&s), 0);
	CHECK_EQ(trapped, 3);
}

TEST(waking_several_costs_one_system_call)
{
	join_child(start_child(post_to_waiters, NULL));
}
