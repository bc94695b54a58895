// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: the semaphore that serves in order of arrival */

#include <errno.h>

#include "sem_help.h"

#define WAITERS 6
#define THREADS 4
#define ROUNDS	effort(UNDER_TSAN ? 2000 : 10000)

static const struct timespec past = { .tv_sec = 1 };

static struct fsem sem;

static void make(uint32_t value)
{
	CHECK_EQ(fsem_init_with(&sem, value, FSEM_FIFO, 0), 0);
}

/* In a FIFO the count has 29 bits, the rest is for other things. */
static uint32_t queued(void)
{
	return sem_waiters(&sem) & 0x1fffffff;
}

static void check_is_idle(uint32_t value)
{
	CHECK_EQ(sem_value(&sem), value);
	CHECK_EQ(queued(), 0);
	CHECK_EQ(fsem_destroy(&sem), 0);
}

TEST(fifo_is_for_one_process_and_one_wait_at_a_time)
{
	struct fsem *list[] = { &sem };
	struct fsem s = FSEM_INIT(3);

	CHECK_EQ(fsem_init_with(&s, 0, FSEM_FIFO | FSEM_SHARED, 0),
		 -EOPNOTSUPP);
	CHECK_EQ(fsem_init_with(&s, 0, 0x80, 0), -EINVAL);
	CHECK_EQ(fsem_init_with(&s, FSEM_VALUE_MAX + 1, FSEM_FIFO, 0), -EINVAL);
	CHECK_EQ(fsem_init_with(NULL, 0, FSEM_FIFO, 0), -EINVAL);
	CHECK_EQ(sem_value(&s), 3);
	make(1);
	CHECK_EQ(fsem_wait_any(list, 1, NULL, 0), -EOPNOTSUPP);
	check_is_idle(1);
}

TEST(counts_and_fails_as_any_semaphore)
{
	make(2);
	CHECK_EQ(fsem_post(&sem), 0);
	CHECK_EQ(fsem_post_n(&sem, 4), 0);
	CHECK_EQ(sem_value(&sem), 7);
	CHECK_EQ(fsem_wait(&sem), 0);
	CHECK_EQ(fsem_trywait(&sem), 0);
	CHECK_EQ(fsem_wait_until(&sem, &past, 99), 0);
	CHECK_EQ(fsem_trywait_n(&sem, 2), 2);
	CHECK_EQ(fsem_wait_n_until(&sem, 9, NULL, 0), 2);
	CHECK_EQ(fsem_trywait(&sem), -EAGAIN);
	CHECK_EQ(fsem_wait_until(&sem, &past, CLOCK_MONOTONIC), -ETIMEDOUT);
	CHECK_EQ(fsem_wait_until(&sem, &past, CLOCK_REALTIME), -ETIMEDOUT);
	CHECK_EQ(fsem_wait_until(&sem, &past, 99), -EINVAL);
	CHECK_EQ(fsem_post_n(&sem, FSEM_VALUE_MAX), 0);
	CHECK_EQ(fsem_post(&sem), -EOVERFLOW);
	CHECK_EQ(sem_value(&sem), FSEM_VALUE_MAX);
	CHECK_EQ(fsem_close(&sem), 0);
	CHECK_EQ(fsem_post(&sem), -ESHUTDOWN);
	CHECK_EQ(fsem_trywait_n(&sem, UINT32_MAX), FSEM_VALUE_MAX);
	CHECK_EQ(fsem_wait(&sem), -ESHUTDOWN);
	CHECK_EQ(fsem_trywait(&sem), -ESHUTDOWN);
	check_is_idle(0);
}

struct waiter {
	pthread_t thread;
	long long limit_ns; /* 0: none */
	uint32_t most; /* 0: one */
	int ret; /* atomic, 1000 until it is known */
};

static void *wait_in_line(void *arg)
{
	struct waiter *w = arg;
	struct timespec end = in_ns(CLOCK_MONOTONIC, w->limit_ns);
	int ret;

	ret = fsem_wait_n_until(&sem, w->most ? w->most : 1,
				w->limit_ns ? &end : NULL, CLOCK_MONOTONIC);
	__atomic_store_n(&w->ret, ret, __ATOMIC_RELEASE);
	return NULL;
}

static bool is_done(struct waiter *w)
{
	return __atomic_load_n(&w->ret, __ATOMIC_ACQUIRE) != 1000;
}

static void line_up(struct waiter *w, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		w[i].ret = 1000;
		w[i].thread = start_thread(wait_in_line, &w[i]);
		UNTIL(queued() == (uint32_t)i + 1);
	}
}

static void join_all(struct waiter *w, int n)
{
	int i;

	for (i = 0; i < n; i++)
		join_thread(w[i].thread);
}

TEST(serves_in_order_of_arrival)
{
	struct waiter w[WAITERS] = { 0 };
	int i;

	make(0);
	line_up(w, WAITERS);
	CHECK_EQ(fsem_destroy(&sem), -EBUSY);
	for (i = 0; i < WAITERS; i++) {
		CHECK_EQ(fsem_post(&sem), 0);
		UNTIL(is_done(&w[i]));
		CHECK_EQ(w[i].ret, 1);
		CHECK_EQ(queued(), WAITERS - 1 - i);
	}
	join_all(w, WAITERS);
	check_is_idle(0);
}

/* With the other kind the second call often gets the token. */
TEST(who_comes_later_gets_nothing_past_those_in_line)
{
	struct waiter w[WAITERS] = { 0 };
	int i;

	make(0);
	line_up(w, WAITERS);
	for (i = 0; i < WAITERS; i++) {
		CHECK_EQ(fsem_post(&sem), 0);
		CHECK_EQ(fsem_trywait(&sem), -EAGAIN);
	}
	join_all(w, WAITERS);
	check_is_idle(0);
}

TEST(tokens_go_to_those_in_front_as_many_as_they_want)
{
	struct waiter w[3] = { { .most = 4 }, { .most = 2 }, { .most = 9 } };

	make(0);
	line_up(w, 3);
	CHECK_EQ(fsem_post_n(&sem, 5), 0);
	UNTIL(is_done(&w[0]) && is_done(&w[1]));
	CHECK_EQ(w[0].ret, 4);
	CHECK_EQ(w[1].ret, 1);
	CHECK_EQ(queued(), 1);
	CHECK_EQ(fsem_post_n(&sem, 12), 0);
	join_all(w, 3);
	CHECK_EQ(w[2].ret, 9);
	check_is_idle(3);
}

/* On a slow machine they give up before the last has come: again. */
static bool line_up_before_their_time(struct waiter *w, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		w[i].ret = 1000;
		w[i].thread = start_thread(wait_in_line, &w[i]);
		UNTIL(queued() == (uint32_t)i + 1 || is_done(&w[0]));
	}
	return queued() == (uint32_t)n;
}

TEST(who_gives_up_leaves_the_order_of_the_others)
{
	struct waiter w[5] = { 0 };
	long long limit = 10000000;
	bool good;

	do {
		limit *= 2;
		w[0].limit_ns = w[2].limit_ns = w[4].limit_ns = limit;
		make(0);
		good = line_up_before_their_time(w, 5);
		UNTIL(is_done(&w[0]) && is_done(&w[2]) && is_done(&w[4]));
		UNTIL(queued() == 2);
		CHECK_EQ(fsem_post(&sem), 0);
		UNTIL(is_done(&w[1]) || (!good && is_done(&w[3])));
		CHECK(!good || !is_done(&w[3]));
		CHECK_EQ(fsem_post(&sem), 0);
		join_all(w, 5);
		CHECK_EQ(w[0].ret, -ETIMEDOUT);
		CHECK_EQ(w[2].ret, -ETIMEDOUT);
		CHECK_EQ(w[4].ret, -ETIMEDOUT);
		check_is_idle(0);
	} while (!good);
}

TEST(close_sends_all_home_after_the_tokens_are_gone)
{
	struct waiter w[WAITERS] = { 0 };
	int i;

	make(0);
	line_up(w, WAITERS);
	CHECK_EQ(fsem_post_n(&sem, 2), 0);
	CHECK_EQ(fsem_close(&sem), 0);
	join_all(w, WAITERS);
	for (i = 0; i < WAITERS; i++)
		CHECK_EQ(w[i].ret, i < 2 ? 1 : -ESHUTDOWN);
	check_is_idle(0);
}

static unsigned long posted, taken; /* atomic */

static void *post_rounds(void *arg)
{
	uint32_t i, n;

	for (i = 0; i < (uint32_t)ROUNDS; i++) {
		n = arg ? 1 : i % 3 + 1;
		CHECK_EQ(fsem_post_n(&sem, n), 0);
		__atomic_fetch_add(&posted, n, __ATOMIC_RELAXED);
	}
	return NULL;
}

/* Of each kind: for ever, with deadlines that pass, and more than one. */
static void *take_until_closed(void *arg)
{
	uintptr_t self = (uintptr_t)arg, i;
	struct timespec end;
	int ret;

	for (i = 0;; i++) {
		end = in_ns(CLOCK_MONOTONIC, (long long)(i % 64) * 1000);
		ret = fsem_wait_n_until(&sem, self % 2 + 1,
					self % 4 < 2 ? &end : NULL,
					CLOCK_MONOTONIC);
		if (ret == -ESHUTDOWN)
			return NULL;
		if (ret != -ETIMEDOUT && CHECK(ret > 0))
			__atomic_fetch_add(&taken, (unsigned long)ret,
					   __ATOMIC_RELAXED);
	}
}

static void stress(void (*meanwhile)(pthread_t *takers))
{
	pthread_t poster[2], taker[THREADS];
	uintptr_t i;

	posted = taken = 0;
	make(0);
	for (i = 0; i < THREADS; i++)
		taker[i] = start_thread(take_until_closed, (void *)i);
	for (i = 0; i < 2; i++)
		poster[i] = start_thread(post_rounds, (void *)i);
	meanwhile(taker);
	for (i = 0; i < 2; i++)
		join_thread(poster[i]);
	/* A token that waits for a wake that was lost stays for ever. */
	UNTIL(!sem_value(&sem));
	CHECK_EQ(fsem_close(&sem), 0);
	for (i = 0; i < THREADS; i++)
		join_thread(taker[i]);
	CHECK_EQ(taken, posted);
	check_is_idle(0);
}

static void nothing(pthread_t *takers)
{
	(void)takers;
}

TEST(deadlines_and_bulk_lose_and_double_nothing)
{
	stress(nothing);
}

static int posts_in_handler; /* atomic */

static void post_in_handler(int sig)
{
	(void)sig;
	if (!fsem_post(&sem))
		__atomic_fetch_add(&posted, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&posts_in_handler, 1, __ATOMIC_RELAXED);
}

/* Handlers run in the middle of it all, also while the queue is locked. */
static void storm(pthread_t *takers)
{
	struct sigaction action = { .sa_handler = post_in_handler };
	int i;

	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
	for (i = 0; i < ROUNDS; i++)
		CHECK_EQ(pthread_kill(takers[i % THREADS], SIGUSR1), 0);
}

TEST(posts_in_signal_handlers_are_served)
{
	if (UNDER_TSAN)
		SKIP("the thread sanitizer delays signals");
	stress(storm);
	CHECK(posts_in_handler > 0);
}

static int guarded; /* by sem alone: the thread sanitizer looks at this */

static void *count_under_sem(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		CHECK_EQ(fsem_wait(&sem), 0);
		guarded++;
		CHECK_EQ(fsem_post(&sem), 0);
	}
	return NULL;
}

TEST(one_token_excludes_and_orders)
{
	pthread_t thread[THREADS];
	int i;

	guarded = 0;
	make(1);
	for (i = 0; i < THREADS; i++)
		thread[i] = start_thread(count_under_sem, NULL);
	for (i = 0; i < THREADS; i++)
		join_thread(thread[i]);
	CHECK_EQ(guarded, THREADS * ROUNDS);
	check_is_idle(1);
}

static struct fsem work = FSEM_INIT(0);
static struct fsem *short_lived; /* handed over by work; NULL: no more */

static void *post_to_short_lived(void *arg)
{
	struct fsem *s;

	(void)arg;
	for (;;) {
		CHECK_EQ(fsem_wait(&work), 0);
		s = short_lived;
		if (!s)
			return NULL;
		CHECK_EQ(fsem_post(s), 0);
	}
}

TEST(may_be_unmapped_as_soon_as_the_wait_returns)
{
	pthread_t poster = start_thread(post_to_short_lived, NULL);
	struct fsem *s;
	int i;

	for (i = 0; i < ROUNDS / 5; i++) {
		s = map_shared(sizeof(*s));
		CHECK_EQ(fsem_init_with(s, 0, FSEM_FIFO, 0), 0);
		short_lived = s;
		CHECK_EQ(fsem_post(&work), 0);
		CHECK_EQ(fsem_wait(s), 0);
		CHECK_EQ(fsem_destroy(s), 0);
		munmap(s, sizeof(*s));
	}
	short_lived = NULL;
	CHECK_EQ(fsem_post(&work), 0);
	join_thread(poster);
}
