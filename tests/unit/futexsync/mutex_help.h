/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - unit tests: what the tests of mutex and condition share */
#ifndef TESTS_MUTEX_HELP_H
#define TESTS_MUTEX_HELP_H

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <futexsync/mutex.h>

#include "harness.h"

#define NSEC_PER_SEC 1000000000LL

/* Far enough that only a lost wake-up reaches it, before TEST_LIMIT_S. */
#define STUCK_S 100

/* The kinds that there are. */
static const unsigned int kinds[] = {
	0,
	FMUTEX_SHARED,
	FMUTEX_ROBUST,
	FMUTEX_ROBUST | FMUTEX_SHARED,
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Run the rest of the test with a new mutex of each kind. */
#define FOR_EACH_KIND(m)                                                 \
	for (size_t kind_ = 0;                                           \
	     kind_ < KINDS && CHECK_EQ(fmutex_init(m, kinds[kind_]), 0); \
	     kind_++)

static inline struct timespec in_ns(int clockid, long long ns)
{
	struct timespec ts;

	clock_gettime(clockid, &ts);
	ns += ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
	return (struct timespec){ .tv_sec = (time_t)(ns / NSEC_PER_SEC),
				  .tv_nsec = (long)(ns % NSEC_PER_SEC) };
}

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

static inline pthread_t start_thread(void *(*run)(void *), void *arg)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, run, arg))
		abort();
	return thread;
}

static inline void join_thread(pthread_t thread)
{
	CHECK_EQ(pthread_join(thread, NULL), 0);
}

static inline void *map_shared(size_t len)
{
	void *mem = mmap(NULL, len, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED)
		abort();
	return mem;
}

/* Run @run(@arg) in a child. */
static inline pid_t start_child(void (*run)(void *), void *arg)
{
	pid_t pid = fork();

	if (pid < 0)
		abort();
	if (pid)
		return pid;
	alarm(TEST_LIMIT_S); /* alarms are not inherited */
	run(arg);
	_exit(child_status());
}

static inline void join_child(pid_t pid)
{
	int status = -1;

	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0);
}

/* Is the thread asleep in the kernel? A stopped one is not. */
static inline bool is_asleep(pid_t tid)
{
	char path[64], text[512] = "";
	const char *after;
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", tid);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return false;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	after = len > 0 ? strrchr(text, ')') : NULL;
	return after && after[1] && after[2] == 'S';
}

static inline pid_t own_tid(void)
{
	return (pid_t)syscall(SYS_gettid);
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
