// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: waits that slept before the session began */

#include "harness.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "../programs/worker.h"
#include "device.h"

#define BOTH (FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_TABLE)

static uint32_t words[4];

#define SLEEP_ON(w) CALL(.word = (w), .op = FUTEX_WAIT)
#define WAKE_ONE(w) CALL(.word = (w), .op = FUTEX_WAKE, .val = 1)

static void begin(struct session *s)
{
	struct futexwatch_config cfg = own_config(BOTH);

	only_words(&cfg, &words[0], &words[3]);
	session_begin(s, &cfg);
}

/* The one wait that the snapshot of @s has. */
static struct futexwatch_wait the_wait(struct session *s)
{
	struct futexwatch_wait waits[4];

	memset(waits, 0, sizeof(waits));
	CHECK_EQ(read_snapshot(s->fd, waits, 4), 1);
	return waits[0];
}

/* The one record of a wait in @s; others are of wakes. */
static struct futexwatch_wait the_record(struct session *s)
{
	union futexwatch_record rec;
	struct futexwatch_wait wait;
	unsigned int n = 0;

	memset(&wait, 0, sizeof(wait));
	while (take_any(s, &rec)) {
		if (rec.head.type != FUTEXWATCH_REC_WAIT)
			continue;
		wait = rec.wait;
		n++;
	}
	CHECK_EQ(n, 1);
	return wait;
}

static void check_woken(const struct futexwatch_wait *wait, int adopted)
{
	CHECK_EQ(wait->head.address, (uintptr_t)words);
	CHECK_EQ(!!(wait->head.flags & FUTEXWATCH_F_ADOPTED), adopted);
	CHECK(wait->head.flags & FUTEXWATCH_F_ASLEEP);
	CHECK_EQ(wait->outcome, FUTEXWATCH_OUT_WOKEN);
	CHECK_EQ(wait->waker_tid, getpid());
	CHECK_EQ(wait->wait_ns == 0, adopted);
	CHECK_EQ(wait->asleep_ns == 0, adopted);
}

TEST(a_wait_that_sleeps_is_adopted_and_its_waker_known)
{
	struct futexwatch_counters c;
	struct futexwatch_wait wait;
	struct session s;
	struct worker w;

	worker_start(&w);
	worker_sleep_in(&w, SLEEP_ON(words));
	begin(&s);
	wait = the_wait(&s);
	CHECK_EQ(wait.head.tid, w.tid);
	CHECK_EQ(wait.head.address, (uintptr_t)words);
	CHECK_EQ(wait.outcome, FUTEXWATCH_OUT_WAITING);
	CHECK(wait.head.flags & FUTEXWATCH_F_ADOPTED);
	CHECK_EQ(wait.wait_ns, 0);
	expect_call(1, WAKE_ONE(words));
	worker_expect(&w, 0);
	wait = the_record(&s);
	check_woken(&wait, 1);
	c = must_count(s.fd, FUTEXWATCH_CPU_ALL);
	CHECK_EQ(c.audit_waits, 1);
	CHECK_EQ(c.audit_edges, 1);
	worker_end(&w);
	session_close(&s);
}

static void handle(int signal)
{
	(void)signal;
}

/* A private wait that was seen to begin tells where a futex_q has its word. */
static void show_a_wait(struct worker *w)
{
	struct session s;

	begin(&s);
	worker_sleep_in(w, SLEEP_ON(words));
	expect_call(1, WAKE_ONE(words));
	worker_expect(w, 0);
	session_close(&s);
}

/* Of such a wait, nobody knows the futex_q: no futex call takes it off. */
TEST(a_signal_ends_an_adopted_wait)
{
	struct sigaction action = { .sa_handler = handle };
	struct futexwatch_wait wait;
	struct session s;
	struct worker w;

	sigaction(SIGUSR1, &action, NULL);
	worker_start(&w);
	show_a_wait(&w);
	worker_sleep_in(&w, SLEEP_ON(words));
	begin(&s);
	CHECK(the_wait(&s).head.flags & FUTEXWATCH_F_ADOPTED);
	CHECK_EQ(syscall(SYS_tgkill, getpid(), w.tid, SIGUSR1), 0);
	worker_expect(&w, -EINTR);
	wait = the_record(&s);
	CHECK_EQ(wait.outcome, FUTEXWATCH_OUT_INTERRUPTED);
	CHECK_EQ(wait.cause, FUTEXWATCH_CAUSE_SIGNAL);
	CHECK_EQ(wait.waker_tid, 0);
	worker_end(&w);
	session_close(&s);
}

TEST(the_table_counts_it_as_waiting_and_then_as_woken)
{
	struct futexwatch_row rows[4];
	struct session s;
	struct worker w;

	worker_start(&w);
	worker_sleep_in(&w, SLEEP_ON(words));
	begin(&s);
	CHECK_EQ(read_table(s.fd, 0, rows, 4), 1);
	CHECK_EQ(rows[0].waiters, 1);
	expect_call(1, WAKE_ONE(words));
	worker_expect(&w, 0);
	CHECK_EQ(read_table(s.fd, 0, rows, 4), 1);
	CHECK_EQ(rows[0].waiters, 0);
	CHECK_EQ(rows[0].outcomes[FUTEXWATCH_OUT_WOKEN], 1);
	worker_end(&w);
	session_close(&s);
}

TEST(a_second_session_joins_a_wait_whose_begin_is_known)
{
	struct futexwatch_wait wait;
	struct session a, b;
	struct worker w;

	worker_start(&w);
	begin(&a);
	worker_sleep_in(&w, SLEEP_ON(words));
	begin(&b);
	wait = the_wait(&b);
	CHECK(!(wait.head.flags & FUTEXWATCH_F_ADOPTED));
	CHECK(wait.asleep_ns > 0);
	expect_call(1, WAKE_ONE(words));
	worker_expect(&w, 0);
	wait = the_record(&a);
	check_woken(&wait, 0);
	wait = the_record(&b);
	check_woken(&wait, 0);
	worker_end(&w);
	session_close(&a);
	session_close(&b);
}

TEST(after_a_stop_it_is_adopted_again)
{
	struct futexwatch_wait wait;
	struct session s;
	struct worker w;
	int i;

	worker_start(&w);
	worker_sleep_in(&w, SLEEP_ON(words));
	begin(&s);
	for (i = 0; i < 3; i++) {
		must_stop(s.fd);
		the_wait(&s);
		must_start(s.fd);
		the_wait(&s);
	}
	expect_call(1, WAKE_ONE(words));
	worker_expect(&w, 0);
	wait = the_record(&s);
	check_woken(&wait, 1);
	worker_end(&w);
	session_close(&s);
}

TEST(what_the_filter_leaves_out_is_not_adopted)
{
	struct futexwatch_config cfg = own_config(BOTH);
	struct futexwatch_wait waits[4];
	struct session s;
	struct worker w;

	worker_start(&w);
	worker_sleep_in(&w, SLEEP_ON(words));
	only_words(&cfg, &words[1], &words[3]);
	session_begin(&s, &cfg);
	CHECK_EQ(read_snapshot(s.fd, waits, 4), 0);
	expect_call(1, WAKE_ONE(words));
	worker_expect(&w, 0);
	CHECK_EQ(take_all(&s), 0);
	worker_end(&w);
	session_close(&s);
}

/*
 * In a child: its wait is stopped while it sleeps, and goes on as
 * restart_syscall. Says so, and wakes it when told to.
 */
static void be_stopped(int fd)
{
	static const struct timespec long_time = { .tv_sec = 3000 };
	struct worker w;
	char c = 0;

	worker_start(&w);
	worker_sleep_in(&w, CALL(.word = words, .op = FUTEX_WAIT,
				 .timeout = &long_time));
	CHECK_EQ(kill(getpid(), SIGSTOP), 0);
	worker_wait_asleep(&w);
	CHECK_EQ(write(fd, &c, 1), 1);
	CHECK_EQ(read(fd, &c, 1), 1);
	expect_call(1, WAKE_ONE(words));
	worker_expect(&w, 0);
	worker_end(&w);
	_exit(child_status());
}

TEST(a_wait_that_was_restarted_is_adopted)
{
	struct futexwatch_config cfg = own_config(BOTH);
	struct futexwatch_wait wait;
	int fds[2], status = -1;
	struct session s;
	uint32_t child;
	pid_t pid;
	char c = 0;

	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	pid = fork();
	if (!pid)
		be_stopped(fds[1]);
	CHECK_EQ(waitpid(pid, &status, WUNTRACED), pid);
	CHECK(WIFSTOPPED(status));
	CHECK_EQ(kill(pid, SIGCONT), 0);
	CHECK_EQ(read(fds[0], &c, 1), 1);
	child = (uint32_t)pid;
	cfg.pids = (uintptr_t)&child;
	only_words(&cfg, &words[0], &words[3]);
	session_begin(&s, &cfg);
	wait = the_wait(&s);
	CHECK(wait.head.flags & FUTEXWATCH_F_ADOPTED);
	CHECK_EQ(write(fds[0], &c, 1), 1);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0);
	wait = the_record(&s);
	CHECK_EQ(wait.outcome, FUTEXWATCH_OUT_WOKEN);
	CHECK_EQ(wait.waker_tid, child);
	close(fds[0]);
	close(fds[1]);
	session_close(&s);
}
