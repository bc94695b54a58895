/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - unit tests: what the tests of mutex and condition share */
#ifndef TESTS_MUTEX_HELP_H
#define TESTS_MUTEX_HELP_H

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

#include <futexsync/mutex.h>

#include "thread_help.h"

/* Far enough that only a lost wake-up reaches it, before TEST_LIMIT_S. */
#define STUCK_S 100

/* The kinds that there are. */
static const unsigned int kinds[] = {
	0,
	FMUTEX_SHARED,
	FMUTEX_ROBUST,
	FMUTEX_ROBUST | FMUTEX_SHARED,
	FMUTEX_PI,
	FMUTEX_PI | FMUTEX_SHARED,
	FMUTEX_PI | FMUTEX_ROBUST,
	FMUTEX_PI | FMUTEX_ROBUST | FMUTEX_SHARED,
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Run the rest of the test with a new mutex of each kind. */
#define FOR_EACH_KIND(m)                                                 \
	for (size_t kind_ = 0;                                           \
	     kind_ < KINDS && CHECK_EQ(fmutex_init(m, kinds[kind_]), 0); \
	     kind_++)

/* Lock, and fail instead of hanging. */
static inline int lock_or_fail(struct fmutex *m)
{
	struct timespec end = in_ns(CLOCK_MONOTONIC, STUCK_S * NSEC_PER_SEC);

	return fmutex_lock_until(m, &end, CLOCK_MONOTONIC);
}

static inline uint32_t word_of(const struct fmutex *m)
{
	return __atomic_load_n(&m->word, __ATOMIC_RELAXED);
}

/* Has somebody written down that it is about to sleep? */
static inline bool is_waited_for(const struct fmutex *m)
{
	uint32_t word = word_of(m);

	if (m->flags & ~FMUTEX_SHARED)
		return word & FUTEX_WAITERS;
	return word == 2;
}

/* From here on, in this process, a futex call is the end. */
static inline void forbid_futex(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_futex, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, FUTEXSYNC_NR, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { .len = 5, .filter = code };

	CHECK_EQ(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	CHECK_EQ(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter), 0);
}

#endif /* TESTS_MUTEX_HELP_H */
