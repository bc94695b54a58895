/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - unit tests: threads of which we know that they sleep */
#ifndef TESTS_FUTEX_HELP_H
#define TESTS_FUTEX_HELP_H

#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <futexsync/futex.h>

#include "harness.h"

#define NSEC_PER_SEC 1000000000LL
#define ALL	     FUTEX_BITSET_MATCH_ANY
#define U32_PRIVATE  (FUTEXSYNC2_U32 | FUTEXSYNC2_PRIVATE)
#define ANY_CLOCK    77 /* no such clock: it must not be looked at */

static inline long long clock_ns(int clockid)
{
	struct timespec ts;

	clock_gettime(clockid, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

static inline struct futexsync_time time_from(long long ns)
{
	return (struct futexsync_time){ .tv_sec = ns / NSEC_PER_SEC,
					.tv_nsec = ns % NSEC_PER_SEC };
}

static inline struct futexsync_time in_ns(int clockid, long long ns)
{
	return time_from(clock_ns(clockid) + ns);
}

/* Ways to wait, so that a test may try them all. */
enum wait_kind {
	WAIT,
	WAIT_FOR,
	WAIT_BITSET,
	WAITV,
	WAIT2,
	WAIT_KINDS,
};

static const char *const wait_names[] = {
	"futexsync_wait",  "futexsync_wait_for", "futexsync_wait_bitset",
	"futexsync_waitv", "futexsync2_wait",
};

/* One wait; what is 0 here takes the value that does not matter. */
struct wait {
	enum wait_kind kind;
	uint32_t *word;
	uint32_t val;
	uint32_t mask; /* 0: all */
	bool shared;
	const struct futexsync_time *time;
	int clockid;
};

static inline int wait_now(const struct wait *w)
{
	uint32_t flags = FUTEXSYNC2_U32 | (w->shared ? 0 : FUTEXSYNC2_PRIVATE);
	uint32_t mask = w->mask ? w->mask : ALL;
	struct futexsync_waitv v;

	switch (w->kind) {
	case WAIT:
		return futexsync_wait(w->word, w->val, w->shared);
	case WAIT_FOR:
		return futexsync_wait_for(w->word, w->val, w->shared, w->time);
	case WAIT_BITSET:
		return futexsync_wait_bitset(w->word, w->val, mask, w->shared,
					     w->time, w->clockid);
	case WAITV:
		futexsync_waitv_set(&v, w->word, w->val, w->shared);
		return futexsync_waitv(&v, 1, w->time, w->clockid);
	case WAIT2:
		return futexsync2_wait(w->word, w->val, mask, flags, w->time,
				       w->clockid);
	default:
		abort();
	}
}

/* Whether this kernel knows the call behind it. */
static inline bool have_wait(enum wait_kind kind)
{
	uint32_t word = 1;
	struct wait w = { .kind = kind, .word = &word };

	return wait_now(&w) == -EAGAIN;
}

/* The same, in a loop over the kinds: say which one comes. */
static inline bool try_wait_kind(enum wait_kind kind)
{
	bool have = have_wait(kind);

	printf("# %s%s\n", wait_names[kind],
	       have ? "" : ": not in this kernel");
	return have;
}

static inline bool have_futex2(void)
{
	return have_wait(WAIT2);
}

#define SKIP_WITHOUT_FUTEX2()                                  \
	do {                                                   \
		if (!have_futex2())                            \
			SKIP("this kernel has no futex_wait"); \
	} while (0)

/* A thread that makes one call, and can be seen to sleep in it. */
struct sleeper {
	int (*call)(void *arg);
	void *arg;
	pthread_t thread;
	pid_t tid; /* atomic */
	bool done; /* atomic, releases ret */
	int ret;
};

static inline void *sleeper_run(void *arg)
{
	struct sleeper *s = arg;

	__atomic_store_n(&s->tid, gettid(), __ATOMIC_RELEASE);
	s->ret = s->call(s->arg);
	__atomic_store_n(&s->done, true, __ATOMIC_RELEASE);
	return NULL;
}

static inline bool sleeper_done(const struct sleeper *s)
{
	return __atomic_load_n(&s->done, __ATOMIC_ACQUIRE);
}

/*
 * The line of /proc/TID/NAME, which is there for each thread although no
 * listing shows it; "" when it is not.
 */
static inline void task_line(pid_t tid, const char *name, char *line, int len)
{
	char path[64];
	FILE *file;

	line[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/%s", tid, name);
	file = fopen(path, "r");
	if (!file)
		return;
	if (!fgets(line, len, file))
		line[0] = '\0';
	fclose(file);
}

/*
 * The kernel names the function in which a thread has left the CPU, and "0" for
 * one that has not: in these two, only threads in a wait queue leave it.
 */
static inline bool task_sleeps_in_futex(pid_t tid)
{
	char line[512];

	if (!tid)
		return false;
	task_line(tid, "wchan", line, sizeof(line));
	return strstr(line, "futex") || strstr(line, "rt_mutex");
}

/*
 * As UNTIL, but off the CPU in between: who waits for a PI word may spin for as
 * long as the owner runs, and the owner may be the one who waits here.
 */
#define REST_UNTIL(what)            \
	do {                        \
		while (!(what))     \
			usleep(20); \
	} while (0)

static inline bool sleeper_sleeps(const struct sleeper *s)
{
	return task_sleeps_in_futex(__atomic_load_n(&s->tid, __ATOMIC_ACQUIRE));
}

static inline void sleeper_start(struct sleeper *s, int (*call)(void *arg),
				 void *arg)
{
	*s = (struct sleeper){ .call = call, .arg = arg };
	if (pthread_create(&s->thread, NULL, sleeper_run, s))
		abort();
}

/* Start it, and return when it sleeps. */
static inline void sleeper_begin(struct sleeper *s, int (*call)(void *arg),
				 void *arg)
{
	sleeper_start(s, call, arg);
	REST_UNTIL(sleeper_done(s) || sleeper_sleeps(s));
	CHECK(!sleeper_done(s));
}

static inline int sleeper_join(struct sleeper *s)
{
	CHECK_EQ(pthread_join(s->thread, NULL), 0);
	return s->ret;
}

static inline int call_wait(void *arg)
{
	return wait_now(arg);
}

/* A thread that sleeps as @w says. */
static inline void wait_begin(struct sleeper *s, struct wait *w)
{
	sleeper_begin(s, call_wait, w);
}

static inline void *map_pages(size_t len, int prot, int flags)
{
	void *mem = mmap(NULL, len, prot, flags | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED)
		abort();
	return mem;
}

/* For what a process sets or finds once and for all. */
static inline void in_child(void (*run)(void))
{
	pid_t pid = fork();
	int status = -1;

	if (pid < 0)
		abort();
	if (!pid) {
		alarm(TEST_LIMIT_S);
		run();
		_exit(child_status());
	}
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0);
}

#endif /* TESTS_FUTEX_HELP_H */
