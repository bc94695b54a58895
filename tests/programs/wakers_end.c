// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - known_wakers: ended by a thread's end, a timeout or a signal */

#include "wakers.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXITS	 5
#define DEATHS	 3
#define TIMEOUTS 7
#define SIGNALS	 5
#define CHILDREN 3

static uint32_t word_exit;
static uint32_t word_robust;
static uint32_t word_pi_owner;
static uint32_t word_timeout;
static uint32_t word_signal;
static uint32_t word_restart;
static uint32_t word_child;

/* A thread that prepares its end, says so, and ends when it is told to. */
struct mortal {
	void (*prepare)(struct mortal *m);
	uint32_t *word;
	int boss_fd;
	int own_fd;
	pid_t tid;
	struct robust_list_head head;
	struct robust_list entry;
};

static void *mortal_main(void *arg)
{
	struct mortal *m = arg;
	char byte = 0;

	m->tid = (pid_t)syscall(SYS_gettid);
	m->prepare(m);
	if (write(m->own_fd, &byte, 1) != 1 || read(m->own_fd, &byte, 1) < 0)
		fail("a thread cannot talk: %s", strerror(errno));
	return NULL;
}

/*
 * Detached, for pthread_join() would wait on a word that the kernel may not
 * clear any more.
 */
static void mortal_start(struct mortal *m)
{
	pthread_t thread;
	int fds[2];
	char byte;
	int err;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		fail("socketpair: %s", strerror(errno));
	m->boss_fd = fds[0];
	m->own_fd = fds[1];
	err = pthread_create(&thread, NULL, mortal_main, m);
	if (!err)
		err = pthread_detach(thread);
	if (err)
		fail("pthread_create: %s", strerror(err));
	if (read(m->boss_fd, &byte, 1) != 1)
		fail("a thread did not start");
}

static void mortal_end(struct mortal *m)
{
	shutdown(m->boss_fd, SHUT_RDWR);
}

static void mortal_free(struct mortal *m)
{
	close(m->boss_fd);
	close(m->own_fd);
}

/* The kernel clears the word at the thread's end, and wakes one there. */
static void prepare_exit(struct mortal *m)
{
	__atomic_store_n(m->word, (uint32_t)m->tid, __ATOMIC_SEQ_CST);
	syscall(SYS_set_tid_address, m->word);
}

/* It dies as the owner of a robust lock that somebody waits for. */
static void prepare_robust(struct mortal *m)
{
	__atomic_store_n(m->word, (uint32_t)m->tid | FUTEX_WAITERS,
			 __ATOMIC_SEQ_CST);
	m->entry.next = &m->head.list;
	m->head.list.next = &m->entry;
	m->head.futex_offset = (char *)m->word - (char *)&m->entry;
	m->head.list_op_pending = NULL;
	if (syscall(SYS_set_robust_list, &m->head, sizeof(m->head)))
		fail("set_robust_list: %s", strerror(errno));
}

static void prepare_pi_owner(struct mortal *m)
{
	__atomic_store_n(m->word, (uint32_t)m->tid, __ATOMIC_SEQ_CST);
}

/* One sleeps in @c, whose wait a thread's end ends. */
static void outlive(int n, struct mortal *like, struct call c,
		    const char *outcome, const char *cause)
{
	struct worker waiter;
	struct mortal m;

	worker_start(&waiter);
	for (; n > 0; n--) {
		m = *like;
		mortal_start(&m);
		c.val = *c.word;
		worker_sleep_in(&waiter, &c);
		mortal_end(&m);
		worker_expect(&waiter, 0);
		mortal_free(&m);
		ended(c.word, waiter.tid, outcome, cause, m.tid);
	}
	worker_end(&waiter);
}

/* The kernel's own wakes are for waiters without FUTEX_PRIVATE_FLAG. */
static void run_exit(void)
{
	struct mortal like = { .prepare = prepare_exit, .word = &word_exit };
	bool was_shared = worker_shared;

	worker_shared = true;
	outlive(EXITS, &like,
		(struct call){ .word = &word_exit, .op = FUTEX_WAIT }, "woken",
		"exit");
	worker_shared = was_shared;
}

static void run_robust(void)
{
	struct mortal like = { .prepare = prepare_robust,
			       .word = &word_robust };
	bool was_shared = worker_shared;

	worker_shared = true;
	outlive(DEATHS, &like,
		(struct call){ .word = &word_robust, .op = FUTEX_WAIT },
		"owner_died", "robust");
	worker_shared = was_shared;
}

/* Who waits for a PI lock gets it at its owner's end. */
static void run_pi_owner(void)
{
	struct mortal like = { .prepare = prepare_pi_owner,
			       .word = &word_pi_owner };

	outlive(DEATHS, &like,
		(struct call){ .word = &word_pi_owner, .op = FUTEX_LOCK_PI },
		"owner_died", "robust");
}

static void run_timeout(void)
{
	const struct timespec soon = { .tv_nsec = 1000000 };
	int i;

	for (i = 0; i < TIMEOUTS; i++) {
		expect_call(-ETIMEDOUT,
			    CALL(.word = &word_timeout, .op = FUTEX_WAIT,
				 .timeout = &soon));
		ended(&word_timeout, getpid(), "timed_out", "timer", 0);
	}
}

static unsigned int handled; /* atomic: runs of the handler */

static void handler(int signal)
{
	(void)signal;
	__atomic_add_fetch(&handled, 1, __ATOMIC_SEQ_CST);
}

static void install(int signal, int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

	if (sigaction(signal, &action, NULL))
		fail("sigaction: %s", strerror(errno));
}

static void send_signal(const struct worker *w)
{
	if (syscall(SYS_tgkill, getpid(), w->tid, SIGUSR1))
		fail("tgkill: %s", strerror(errno));
}

/* Who sends a signal is no waker. */
static void run_signal(void)
{
	struct worker w;
	int i;

	install(SIGUSR1, 0);
	worker_start(&w);
	for (i = 0; i < SIGNALS; i++) {
		worker_sleep_in(&w,
				CALL(.word = &word_signal, .op = FUTEX_WAIT));
		send_signal(&w);
		worker_expect(&w, -EINTR);
		ended(&word_signal, w.tid, "interrupted", "signal", 0);
	}
	worker_end(&w);
}

/* Interrupted, called again by the kernel, and then woken by somebody. */
static void run_restart(void)
{
	struct worker w, waker;
	unsigned int i;

	install(SIGUSR1, SA_RESTART);
	__atomic_store_n(&handled, 0, __ATOMIC_SEQ_CST);
	worker_start(&w);
	worker_start(&waker);
	for (i = 1; i <= SIGNALS; i++) {
		worker_sleep_in(&w,
				CALL(.word = &word_restart, .op = FUTEX_WAIT));
		send_signal(&w);
		while (__atomic_load_n(&handled, __ATOMIC_SEQ_CST) != i)
			sched_yield();
		worker_wait_asleep(&w);
		worker_do(&waker, 1,
			  CALL(.word = &word_restart, .op = FUTEX_WAKE,
			       .val = 1));
		worker_expect(&w, 0);
		ended(&word_restart, w.tid, "interrupted", "signal", 0);
		woken_by(&word_restart, &w, waker.tid);
	}
	worker_end(&w);
	worker_end(&waker);
}

/*
 * A child that exits wakes its parent with a signal, and is an exiting task
 * then. All threads but the one that waits have the signal blocked.
 */
static void run_child(void)
{
	sigset_t set;
	struct worker w;
	pid_t child;
	int i;

	install(SIGCHLD, 0);
	worker_start(&w);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	for (i = 0; i < CHILDREN; i++) {
		worker_sleep_in(&w,
				CALL(.word = &word_child, .op = FUTEX_WAIT));
		child = fork();
		if (child < 0)
			fail("fork: %s", strerror(errno));
		if (!child)
			_exit(0);
		worker_expect(&w, -EINTR);
		if (waitpid(child, NULL, 0) != child)
			fail("waitpid: %s", strerror(errno));
		ended(&word_child, w.tid, "interrupted", "signal", 0);
	}
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	signal(SIGCHLD, SIG_DFL);
	worker_end(&w);
}

const struct wakers_kind end_kinds[] = {
	{ "exit", run_exit },	      { "robust", run_robust },
	{ "pi_owner", run_pi_owner }, { "timeout", run_timeout },
	{ "signal", run_signal },     { "restart", run_restart },
	{ "child", run_child },	      { 0 },
};
