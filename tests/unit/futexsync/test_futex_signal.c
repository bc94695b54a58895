// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: which signal ends which wait */

#include "futex_help.h"

static int handled; /* atomic */

static void count_signal(int sig)
{
	(void)sig;
	__atomic_fetch_add(&handled, 1, __ATOMIC_RELEASE);
}

static int handled_now(void)
{
	return __atomic_load_n(&handled, __ATOMIC_ACQUIRE);
}

static void handle_usr1(int flags)
{
	struct sigaction action = { .sa_handler = count_signal,
				    .sa_flags = flags };

	__atomic_store_n(&handled, 0, __ATOMIC_RELAXED);
	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
}

/* A signal to a sleeper: its handler runs, then it sleeps again or is done. */
static void interrupt(struct sleeper *s)
{
	int before = handled_now();

	CHECK_EQ(pthread_kill(s->thread, SIGUSR1), 0);
	REST_UNTIL(handled_now() > before);
	REST_UNTIL(sleeper_done(s) || sleeper_sleeps(s));
}

/* Whether a wait as @w says goes on after a handler. */
static bool goes_on(struct wait *w, int flags)
{
	struct sleeper s;
	bool done;

	handle_usr1(flags);
	wait_begin(&s, w);
	interrupt(&s);
	done = sleeper_done(&s);
	if (!done)
		CHECK_EQ(futexsync_wake(w->word, 1, false), 1);
	CHECK_EQ(sleeper_join(&s), done ? -EINTR : 0);
	return !done;
}

static const struct futexsync_time *some_time(enum wait_kind kind)
{
	static struct futexsync_time time;

	time = in_ns(CLOCK_MONOTONIC, 600 * NSEC_PER_SEC);
	if (kind == WAIT_FOR)
		time = time_from(600 * NSEC_PER_SEC);
	return &time;
}

TEST(handler_without_sa_restart_ends_every_wait)
{
	uint32_t word = 0;
	struct wait w = { .word = &word, .clockid = CLOCK_MONOTONIC };

	for (w.kind = 0; w.kind < WAIT_KINDS; w.kind++) {
		if (!try_wait_kind(w.kind))
			continue;
		w.time = NULL;
		CHECK(!goes_on(&w, 0));
		w.time = some_time(w.kind);
		if (w.kind != WAIT)
			CHECK(!goes_on(&w, 0));
	}
}

TEST(waits_without_a_time_go_on_after_a_handler_with_sa_restart)
{
	uint32_t word = 0;
	struct wait w = { .word = &word };

	for (w.kind = 0; w.kind < WAIT_KINDS; w.kind++) {
		if (try_wait_kind(w.kind))
			CHECK(goes_on(&w, SA_RESTART));
	}
}

TEST(old_waits_with_a_time_end_after_any_handler)
{
	uint32_t word = 0;
	struct wait w = { .word = &word, .clockid = CLOCK_MONOTONIC };

	for (w.kind = WAIT_FOR; w.kind <= WAIT_BITSET; w.kind++) {
		w.time = some_time(w.kind);
		CHECK(!goes_on(&w, SA_RESTART));
	}
}

TEST(waitv_and_wait2_with_a_time_go_on_after_a_handler_with_sa_restart)
{
	uint32_t word = 0;
	struct wait w = { .word = &word, .clockid = CLOCK_MONOTONIC };

	for (w.kind = WAITV; w.kind <= WAIT2; w.kind++) {
		w.time = some_time(w.kind);
		if (try_wait_kind(w.kind))
			CHECK(goes_on(&w, SA_RESTART));
	}
}

/* The first call's value holds: the restart compares again. */
TEST(restart_compares_the_value_again)
{
	uint32_t word = 0;
	struct wait w = { .word = &word };
	struct sleeper s;

	for (w.kind = 0; w.kind < WAIT_KINDS; w.kind++) {
		if (!try_wait_kind(w.kind))
			continue;
		handle_usr1(SA_RESTART);
		word = 0;
		wait_begin(&s, &w);
		__atomic_store_n(&word, 1, __ATOMIC_SEQ_CST);
		CHECK_EQ(pthread_kill(s.thread, SIGUSR1), 0);
		CHECK_EQ(sleeper_join(&s), -EAGAIN);
	}
}

TEST(restart_goes_to_the_end_of_the_queue)
{
	uint32_t word = 0;
	struct wait w = { .word = &word };
	struct sleeper s[2];

	for (w.kind = 0; w.kind < WAIT_KINDS; w.kind++) {
		if (!try_wait_kind(w.kind))
			continue;
		handle_usr1(SA_RESTART);
		wait_begin(&s[0], &w);
		wait_begin(&s[1], &w);
		interrupt(&s[0]);
		CHECK_EQ(futexsync_wake(&word, 1, false), 1);
		CHECK_EQ(sleeper_join(&s[1]), 0);
		CHECK_EQ(futexsync_wake(&word, 1, false), 1);
		CHECK_EQ(sleeper_join(&s[0]), 0);
	}
}

struct stopped {
	uint32_t word;
	struct wait w;
};

static pid_t start_waiting_child(struct stopped *stop)
{
	pid_t pid = fork();

	if (pid < 0)
		abort();
	if (!pid) {
		alarm(TEST_LIMIT_S);
		_exit(wait_now(&stop->w) ? 1 : 0);
	}
	REST_UNTIL(task_sleeps_in_futex(pid));
	return pid;
}

static void stop_and_continue(pid_t pid)
{
	int status;

	CHECK_EQ(kill(pid, SIGSTOP), 0);
	CHECK_EQ(waitpid(pid, &status, WUNTRACED), pid);
	CHECK(WIFSTOPPED(status));
	CHECK_EQ(kill(pid, SIGCONT), 0);
	CHECK_EQ(waitpid(pid, &status, WCONTINUED), pid);
	REST_UNTIL(task_sleeps_in_futex(pid));
}

/* Its status is 1 if the wait ended by anything but a wake. */
TEST(stop_and_continue_do_not_end_a_wait)
{
	struct stopped *stop =
		map_pages(4096, PROT_READ | PROT_WRITE, MAP_SHARED);
	struct wait *w = &stop->w;
	int status = -1, timed;
	pid_t pid;

	*w = (struct wait){ .word = &stop->word,
			    .shared = true,
			    .clockid = CLOCK_MONOTONIC };
	for (w->kind = 0; w->kind < WAIT_KINDS; w->kind++) {
		if (!try_wait_kind(w->kind))
			continue;
		for (timed = 0; timed < 2; timed++) {
			w->time = timed ? some_time(w->kind) : NULL;
			pid = start_waiting_child(stop);
			stop_and_continue(pid);
			CHECK_EQ(futexsync_wake(&stop->word, 1, true), 1);
			CHECK_EQ(waitpid(pid, &status, 0), pid);
			CHECK_EQ(status, 0);
		}
	}
	munmap(stop, 4096);
}

/*
 * Stopped again and again; would each stop begin the time anew, the wait would
 * hardly ever end.
 */
static void stop_until_the_end(struct stopped *stop)
{
	int status = -1;
	pid_t pid = fork();

	if (pid < 0)
		abort();
	if (!pid) {
		alarm(TEST_LIMIT_S);
		_exit(wait_now(&stop->w) == -ETIMEDOUT ? 0 : 1);
	}
	do {
		CHECK_EQ(kill(pid, SIGSTOP), 0);
		CHECK_EQ(waitpid(pid, &status, WUNTRACED), pid);
		if (WIFSTOPPED(status))
			CHECK_EQ(kill(pid, SIGCONT), 0);
	} while (WIFSTOPPED(status));
	CHECK_EQ(status, 0);
}

TEST(stops_do_not_move_the_deadline)
{
	static const struct futexsync_time rel = { .tv_nsec = 100000000 };
	struct stopped stop = { .w.clockid = CLOCK_MONOTONIC };
	struct futexsync_time abs;

	stop.w.word = &stop.word;
	for (stop.w.kind = WAIT_FOR; stop.w.kind < WAIT_KINDS; stop.w.kind++) {
		if (!try_wait_kind(stop.w.kind))
			continue;
		abs = in_ns(CLOCK_MONOTONIC, rel.tv_nsec);
		stop.w.time = stop.w.kind == WAIT_FOR ? &rel : &abs;
		stop_until_the_end(&stop);
	}
}

static int lock_once(void *arg)
{
	int ret = futexsync_lock_pi(arg, false, NULL);

	return ret ? ret : futexsync_unlock_pi(arg, false);
}

TEST(signals_do_not_end_a_wait_for_a_pi_lock)
{
	uint32_t word = 0;
	struct sleeper s;
	int i;

	CHECK_EQ(futexsync_lock_pi(&word, false, NULL), 0);
	handle_usr1(0);
	sleeper_begin(&s, lock_once, &word);
	for (i = 0; i < 3; i++) {
		interrupt(&s);
		CHECK(!sleeper_done(&s));
	}
	CHECK_EQ(futexsync_unlock_pi(&word, false), 0);
	CHECK_EQ(sleeper_join(&s), 0);
}

struct two {
	uint32_t plain;
	uint32_t pi;
};

static int wait_and_move(void *arg)
{
	struct two *two = arg;
	int ret = futexsync_wait_requeue_pi(&two->plain, 0, &two->pi, false,
					    NULL, 0);

	return ret ? ret : futexsync_unlock_pi(&two->pi, false);
}

TEST(signals_before_the_move_to_a_pi_lock_do_not_end_the_wait)
{
	struct two two = { 0 };
	struct sleeper s;

	handle_usr1(0);
	sleeper_begin(&s, wait_and_move, &two);
	interrupt(&s);
	CHECK(!sleeper_done(&s));
	CHECK_EQ(futexsync_cmp_requeue_pi(&two.plain, 0, &two.pi, 0, false), 1);
	CHECK_EQ(sleeper_join(&s), 0);
}

TEST(signals_after_the_move_to_a_pi_lock_end_the_wait_with_eagain)
{
	struct two two = { 0 };
	struct sleeper s;

	handle_usr1(SA_RESTART);
	sleeper_begin(&s, wait_and_move, &two);
	CHECK_EQ(futexsync_lock_pi(&two.pi, false, NULL), 0);
	CHECK_EQ(futexsync_cmp_requeue_pi(&two.plain, 0, &two.pi, 1, false), 1);
	CHECK_EQ(pthread_kill(s.thread, SIGUSR1), 0);
	CHECK_EQ(sleeper_join(&s), -EAGAIN);
	CHECK_EQ(futexsync_unlock_pi(&two.pi, false), 0);
}
