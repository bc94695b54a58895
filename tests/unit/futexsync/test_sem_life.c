// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: a wake that comes when the semaphore is gone */

/*
 * The poster is stopped at the entry of its FUTEX_WAKE: a seccomp filter of
 * its thread alone tells us, and holds it until we say so. Meanwhile the token
 * is taken, and the memory goes its way.
 */

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>

#include "sem_help.h"

#define PAGE 4096

static int stopped = -1; /* atomic: where we hear of stopped calls */

/* Of this thread, from now on: stop each futex call that is a wake. */
static void stop_my_wakes(void)
{
	struct sock_filter code[] = {
		{ BPF_LD | BPF_W | BPF_ABS, 0, 0,
		  offsetof(struct seccomp_data, nr) },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 4, FUTEXSYNC_NR },
		{ BPF_LD | BPF_W | BPF_ABS, 0, 0,
		  offsetof(struct seccomp_data, args[1]) },
		{ BPF_ALU | BPF_AND | BPF_K, 0, 0, FUTEX_CMD_MASK },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 1, FUTEX_WAKE },
		{ BPF_RET | BPF_K, 0, 0, SECCOMP_RET_USER_NOTIF },
		{ BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW },
	};
	struct sock_fprog program = { sizeof(code) / sizeof(*code), code };
	long fd;

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		     SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
	CHECK(fd >= 0);
	__atomic_store_n(&stopped, fd < 0 ? -2 : (int)fd, __ATOMIC_RELEASE);
}

struct poster {
	struct fsem *s;
	int (*post)(struct fsem *s);
	pthread_t thread;
	__u64 call; /* where it is stopped */
};

static void *post_slowly(void *arg)
{
	struct poster *p = arg;

	stop_my_wakes();
	CHECK_EQ(p->post(p->s), 0);
	return NULL;
}

static int listener(void)
{
	return __atomic_load_n(&stopped, __ATOMIC_ACQUIRE);
}

/* Return when it is between its token and its wake. */
static void post_and_stop(struct poster *p)
{
	struct seccomp_notif call = { 0 };

	stopped = -1;
	p->thread = start_thread(post_slowly, p);
	UNTIL(listener() != -1);
	while (ioctl(listener(), SECCOMP_IOCTL_NOTIF_RECV, &call) &&
	       errno == EINTR)
		;
	p->call = call.id;
}

static void go_on(struct poster *p)
{
	struct seccomp_notif_resp answer = {
		.id = p->call,
		.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE,
	};

	CHECK(!ioctl(listener(), SECCOMP_IOCTL_NOTIF_SEND, &answer));
	join_thread(p->thread);
	close(listener());
}

struct waiter {
	struct fsem *s;
	pthread_t thread;
	pid_t tid; /* atomic */
	int want;
};

static void *wait_once(void *arg)
{
	struct waiter *w = arg;

	__atomic_store_n(&w->tid, gettid(), __ATOMIC_RELAXED);
	CHECK_EQ(fsem_wait(w->s), w->want);
	return NULL;
}

static bool sleeps(struct waiter *w)
{
	pid_t tid = __atomic_load_n(&w->tid, __ATOMIC_RELAXED);

	return tid && (sem_waiters(w->s) & 0x1fffffff) && task_sleeps(tid);
}

static void sleep_until_posted(struct waiter *w, struct fsem *s, int want)
{
	*w = (struct waiter){ .s = s, .want = want };
	w->thread = start_thread(wait_once, w);
	UNTIL(sleeps(w));
}

static void nothing(int sig)
{
	(void)sig;
}

/* Nobody has woken it, but a signal makes it look. */
static void wake_by_signal(struct waiter *w)
{
	struct sigaction action = { .sa_handler = nothing };

	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
	CHECK_EQ(pthread_kill(w->thread, SIGUSR1), 0);
	join_thread(w->thread);
}

static int post_one(struct fsem *s)
{
	return fsem_post(s);
}

static int post_three(struct fsem *s)
{
	return fsem_post_n(s, 3);
}

static void each_way(void (*test)(unsigned int flags,
				  int (*post)(struct fsem *s)))
{
	test(0, post_one);
	test(0, post_three);
	test(0, fsem_close);
	test(FSEM_SHARED, post_one);
	test(FSEM_SHARED, post_three);
	test(FSEM_SHARED, fsem_close);
	test(FSEM_FIFO, post_one);
	test(FSEM_FIFO, fsem_close);
}

static struct fsem *let_through(struct poster *p, unsigned int flags,
				int (*post)(struct fsem *s))
{
	struct waiter w;

	*p = (struct poster){ .s = map_shared(PAGE), .post = post };
	CHECK_EQ(fsem_init_with(p->s, 0, flags, 0), 0);
	sleep_until_posted(&w, p->s, post == fsem_close ? -ESHUTDOWN : 0);
	post_and_stop(p);
	wake_by_signal(&w);
	CHECK_EQ(fsem_destroy(p->s), 0);
	return p->s;
}

static void unmap_it(unsigned int flags, int (*post)(struct fsem *s))
{
	struct poster p;
	struct fsem *s = let_through(&p, flags, post);

	munmap(s, PAGE);
	go_on(&p);
}

TEST(post_goes_on_when_the_memory_is_unmapped)
{
	each_way(unmap_it);
}

static void poison_it(unsigned int flags, int (*post)(struct fsem *s))
{
	struct poster p;
	unsigned char *bytes = (void *)let_through(&p, flags, post);
	int i, touched = 0;

	memset(bytes, 0xff, PAGE);
	go_on(&p);
	for (i = 0; i < PAGE; i++)
		touched += bytes[i] != 0xff;
	CHECK_EQ(touched, 0);
	munmap(bytes, PAGE);
}

TEST(post_changes_nothing_after_its_token)
{
	each_way(poison_it);
}

static void use_it_again(unsigned int flags, int (*post)(struct fsem *s))
{
	struct poster p;
	struct fsem *s = let_through(&p, flags, post);
	struct waiter other;

	CHECK_EQ(fsem_init_with(s, 0, flags, 0), 0);
	sleep_until_posted(&other, s, 0);
	go_on(&p);
	UNTIL(sleeps(&other)); /* it was woken, looked, and sleeps again */
	CHECK_EQ(fsem_post(s), 0);
	join_thread(other.thread);
	CHECK_EQ(fsem_destroy(s), 0);
	munmap(s, PAGE);
}

TEST(late_wake_of_another_does_not_end_a_wait)
{
	each_way(use_it_again);
}
