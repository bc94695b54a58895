// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: how many waiters a wake looked at */

#include "harness.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "../programs/worker.h"
#include "buckets.h"

#define STRANGERS 5

/* A word in the bucket of @word, which is not rare either. */
static uint32_t *beside(const uint32_t *word)
{
	uint32_t bucket = must_find_one(AREA_PRIVATE, word).bucket, i;
	uint32_t *other;

	for (i = 0;; i++) {
		other = area_word(AREA_PRIVATE, i);
		if (other != word &&
		    must_find_one(AREA_PRIVATE, other).bucket == bucket)
			return other;
	}
}

static void put_to_sleep(struct worker *w, uint32_t *word, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		worker_start(&w[i]);
		worker_sleep_in(&w[i], CALL(.word = word, .op = FUTEX_WAIT));
	}
}

static void wake_up(uint32_t *word, unsigned int n)
{
	expect_call((long)n, CALL(.word = word, .op = FUTEX_WAKE, .val = n));
}

static void have_woken(struct worker *w, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		worker_expect(&w[i], 0);
		worker_end(&w[i]);
	}
}

static uint64_t scanned_on(const struct session *s, const uint32_t *word)
{
	static struct futexwatch_row rows[2048];
	const struct futexwatch_row *row =
		row_of(rows, read_table(s->fd, 0, rows, 2048), word);

	return CHECK(row) ? row->scanned : 0;
}

/* A word, and in its bucket, where nobody sleeps, another one. */
static void find_quiet(uint32_t **word, uint32_t **other)
{
	uint32_t i = 4000;

	do
		*word = area_word(AREA_PRIVATE, i++);
	while (must_find_one(AREA_PRIVATE, *word).waiters);
	*other = beside(*word);
}

/*
 * Strangers before the waiters, between them and behind them. Nothing else
 * sleeps here meanwhile: this process' main thread does not, and in a global
 * table the words are sought until their bucket is empty.
 */
TEST(wake_looks_at_the_strangers_before_its_waiters)
{
	struct worker before[STRANGERS], first[2], between[STRANGERS], last[2];
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_TABLE);
	uint32_t *word, *other;
	struct session s;

	cfg.table_rows = 2048;
	session_begin(&s, &cfg);
	worker_start(&last[0]);
	worker_end(&last[0]);
	prove();
	find_quiet(&word, &other);
	put_to_sleep(before, other, STRANGERS);
	put_to_sleep(first, word, 2);
	put_to_sleep(between, other, STRANGERS);
	put_to_sleep(last, word, 2);
	wake_up(word, 4);
	have_woken(first, 2);
	have_woken(last, 2);
	CHECK_EQ(scanned_on(&s, word), 4 + 2 * STRANGERS);
	wake_up(other, 1);
	wake_up(other, STRANGERS - 1);
	have_woken(before, STRANGERS);
	wake_up(other, STRANGERS);
	have_woken(between, STRANGERS);
	CHECK_EQ(scanned_on(&s, other), 2 * STRANGERS);
	session_close(&s);
}

/* So many wakes are to be preempted; where that is rare, so many are made. */
#define PREEMPTED 8
#define ROUNDS	  200

static void stay_on_cpu_0(int policy, int priority)
{
	struct sched_param param = { .sched_priority = priority };
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus) ||
	    sched_setscheduler(0, policy, &param))
		bail_out("a place on a CPU: %s", strerror(errno));
}

/* Takes the CPU from whoever has it, again and again. */
static pid_t start_rival(void)
{
	static const struct timespec soon = { .tv_nsec = 100000 };
	pid_t pid = fork();

	if (pid)
		return pid;
	stay_on_cpu_0(SCHED_FIFO, 10);
	for (;;)
		nanosleep(&soon, NULL);
}

static long times_preempted(void)
{
	struct rusage usage;

	CHECK_EQ(getrusage(RUSAGE_THREAD, &usage), 0);
	return usage.ru_nivcsw;
}

/* Was the caller off its CPU in the middle? */
static bool wake_and_see(uint32_t *word, unsigned int n)
{
	long before = times_preempted();

	wake_up(word, n);
	return times_preempted() != before;
}

/* With PREEMPT_RT others may run, and wake, in the middle of a wake. */
TEST(wake_that_is_preempted_looks_at_each_waiter_once)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_TABLE);
	struct worker strangers[STRANGERS], waiters[STRANGERS];
	uint32_t *word, *other, i, round, preempted = 0;
	struct session s;
	pid_t rival;

	cfg.table_rows = 2048;
	session_begin(&s, &cfg);
	prove();
	find_quiet(&word, &other);
	put_to_sleep(strangers, other, STRANGERS);
	for (i = 0; i < STRANGERS; i++)
		worker_start(&waiters[i]);
	stay_on_cpu_0(SCHED_OTHER, 0);
	rival = start_rival();
	for (round = 0; round < ROUNDS && preempted < PREEMPTED; round++) {
		for (i = 0; i < STRANGERS; i++)
			worker_sleep_in(&waiters[i],
					CALL(.word = word, .op = FUTEX_WAIT));
		preempted += wake_and_see(word, STRANGERS);
		for (i = 0; i < STRANGERS; i++)
			worker_expect(&waiters[i], 0);
	}
	kill(rival, SIGKILL);
	waitpid(rival, NULL, 0);
	CHECK_EQ(scanned_on(&s, word), round * 2 * STRANGERS);
	printf("# %u of %u wakes were preempted\n", preempted, round);
	for (i = 0; i < STRANGERS; i++)
		worker_end(&waiters[i]);
	wake_up(other, STRANGERS);
	have_woken(strangers, STRANGERS);
	session_close(&s);
}
