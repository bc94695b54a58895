// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: what the module's own probes cost */

#include "harness.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../programs/worker.h"
#include "device.h"

#define MS 1000000ULL

static int look(uint64_t duration_ns, struct futexwatch_meter *m)
{
	int fd = must_open();
	int ret;

	*m = (struct futexwatch_meter){ .size = sizeof(*m),
					.duration_ns = duration_ns };
	ret = device_call(fd, FUTEXWATCH_IOC_METER, m);
	close(fd);
	return ret;
}

TEST(time_to_look_has_bounds)
{
	struct futexwatch_meter m;
	int fd = must_open();

	CHECK_EQ(look(0, &m), -EINVAL);
	CHECK_EQ(look(MS - 1, &m), -EINVAL);
	CHECK_EQ(look(10000 * MS + 1, &m), -EINVAL);
	m = (struct futexwatch_meter){ .size = sizeof(m),
				       .duration_ns = MS,
				       .flags = 1 };
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_METER, &m), -EINVAL);
	m = (struct futexwatch_meter){ .size = 159, .duration_ns = MS };
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_METER, &m), -EINVAL);
	close(fd);
}

static uint64_t sum_of_hits(const struct futexwatch_meter *m)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < FUTEXWATCH_POINTS; i++)
		sum += m->points[i].hits;
	return sum;
}

TEST(nothing_runs_where_nobody_watches)
{
	struct futexwatch_meter m;

	CHECK_EQ(look(20 * MS, &m), 0);
	CHECK(m.duration_ns >= 20 * MS);
	CHECK(m.nr_cpus > 0);
	CHECK_EQ(m.hooks_live, 0);
	CHECK_EQ(sum_of_hits(&m), 0);
}

/* A waiter that is woken again and again, until it is enough. */
struct traffic {
	uint32_t word;
	atomic_bool enough;
	pthread_t waiter, waker;
};

static void *keep_waiting(void *arg)
{
	struct traffic *t = arg;

	while (!t->enough)
		call_futex(CALL(.word = &t->word, .op = FUTEX_WAIT));
	return NULL;
}

static void *keep_waking(void *arg)
{
	struct traffic *t = arg;

	while (!t->enough)
		call_futex(CALL(.word = &t->word, .op = FUTEX_WAKE, .val = 1));
	return NULL;
}

static void traffic_begin(struct traffic *t)
{
	*t = (struct traffic){ 0 };
	CHECK_EQ(pthread_create(&t->waiter, NULL, keep_waiting, t), 0);
	CHECK_EQ(pthread_create(&t->waker, NULL, keep_waking, t), 0);
}

static void traffic_end(struct traffic *t)
{
	t->enough = true;
	pthread_join(t->waker, NULL);
	while (pthread_tryjoin_np(t->waiter, NULL))
		call_futex(CALL(.word = &t->word, .op = FUTEX_WAKE, .val = 1));
}

/* Looks until waits and wakes have fallen into it. */
static void look_at_traffic(unsigned int point, struct futexwatch_meter *m)
{
	struct traffic t;

	traffic_begin(&t);
	do {
		CHECK_EQ(look(50 * MS, m), 0);
	} while (m->points[point].timed < 2);
	traffic_end(&t);
}

/* As many calls end as begin, but for those that were under way. */
static void check_calls(const struct futexwatch_meter *m)
{
	uint64_t begun = m->points[FUTEXWATCH_POINT_SYS_ENTER].hits;
	uint64_t ended = m->points[FUTEXWATCH_POINT_SYS_EXIT].hits;
	unsigned int threads = 0;
	FILE *file = fopen("/proc/loadavg", "re");

	if (!file || fscanf(file, "%*f %*f %*f %*u/%u", &threads) != 1)
		bail_out("/proc/loadavg cannot be read");
	fclose(file);
	CHECK(begun <= ended + threads && ended <= begun + threads);
}

static void check_times(const struct futexwatch_meter *m)
{
	for (unsigned int i = 0; i < FUTEXWATCH_POINTS; i++) {
		const struct futexwatch_point *p = &m->points[i];

		CHECK(p->timed <= p->hits);
		CHECK(p->ns <= m->duration_ns * m->nr_cpus);
		CHECK(!p->timed == !p->hits || p->hits < 10);
	}
}

TEST(runs_of_the_full_capture_are_counted_and_timed)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_TABLE);
	struct futexwatch_meter m;
	struct session s;

	session_begin(&s, &cfg);
	look_at_traffic(FUTEXWATCH_POINT_WAKING, &m);
	CHECK(m.hooks_live & FUTEXWATCH_HOOK_SYS_ENTER);
	CHECK(m.points[FUTEXWATCH_POINT_SYS_ENTER].ns > 0);
	CHECK(m.points[FUTEXWATCH_POINT_SYS_EXIT].ns > 0);
	if (m.hooks_live & FUTEXWATCH_HOOK_QUEUE)
		CHECK(m.points[FUTEXWATCH_POINT_QUEUE].hits > 0);
	CHECK_EQ(m.points[FUTEXWATCH_POINT_LIGHT].hits, 0);
	check_calls(&m);
	check_times(&m);
	session_close(&s);
	CHECK_EQ(look(20 * MS, &m), 0);
	CHECK_EQ(sum_of_hits(&m), 0);
}

TEST(runs_of_the_light_capture_are_those_of_its_hooks)
{
	struct futexwatch_config cfg =
		own_config(FUTEXWATCH_CFG_TABLE | FUTEXWATCH_CFG_LIGHT);
	struct futexwatch_meter m;
	struct session s;

	if (!(must_inform().hooks_found & FUTEXWATCH_HOOK_LIGHT))
		SKIP("this kernel has no light capture");
	session_begin(&s, &cfg);
	look_at_traffic(FUTEXWATCH_POINT_LIGHT, &m);
	CHECK(m.points[FUTEXWATCH_POINT_LIGHT].ns > 0);
	CHECK_EQ(sum_of_hits(&m), m.points[FUTEXWATCH_POINT_LIGHT].hits);
	check_times(&m);
	session_close(&s);
}

struct looker {
	pthread_t thread;
	atomic_bool done;
	int ret;
};

static void *look_long(void *arg)
{
	struct looker *l = arg;
	struct futexwatch_meter m;

	l->ret = look(10000 * MS, &m);
	l->done = true;
	return NULL;
}

/* Comes and goes until that was seen: hooking may be over before it looks. */
TEST(hooks_that_come_or_go_spoil_it)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_TABLE);
	struct looker l = { 0 };
	struct session s;

	session_open(&s, &cfg);
	CHECK_EQ(pthread_create(&l.thread, NULL, look_long, &l), 0);
	while (!l.done) {
		must_start(s.fd);
		must_stop(s.fd);
	}
	pthread_join(l.thread, NULL);
	CHECK_EQ(l.ret, -EAGAIN);
	session_close(&s);
}

static void nothing(int number)
{
	(void)number;
}

TEST(signal_ends_it)
{
	struct sigaction action = { .sa_handler = nothing };
	struct looker l = { 0 };

	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
	CHECK_EQ(pthread_create(&l.thread, NULL, look_long, &l), 0);
	while (!l.done) {
		pthread_kill(l.thread, SIGUSR1);
		usleep(20000);
	}
	pthread_join(l.thread, NULL);
	CHECK_EQ(l.ret, -EINTR);
}
