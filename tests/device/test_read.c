// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: read(2) and poll(2) on a session */

#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/syscall.h>

#include "../programs/worker.h"
#include "device.h"

#define SIZE ((ssize_t)sizeof(union futexwatch_record))

static uint32_t word;

/* A session on CPU 0 that is woken only by @watermark, unless @wake_ms. */
static void begin(struct session *s, uint32_t watermark, uint32_t wake_ms)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_RING);

	pin_to(0);
	cfg.ring_records = 64;
	cfg.watermark = watermark;
	cfg.wake_ms = wake_ms;
	only_words(&cfg, &word, &word);
	session_begin(s, &cfg);
}

static void set_nonblock(const struct session *s)
{
	CHECK_EQ(fcntl(s->fd, F_SETFL, O_NONBLOCK), 0);
}

/* read(2) that gives -errno. */
static ssize_t read_into(const struct session *s, void *buf, size_t len)
{
	/* Not read(), for which the compiler checks the buffer. */
	ssize_t n = syscall(SYS_read, s->fd, buf, len);

	return n < 0 ? -errno : n;
}

static int poll_now(const struct session *s)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };

	CHECK(poll(&p, 1, 0) >= 0);
	return p.revents;
}

TEST(read_gives_whole_records)
{
	union futexwatch_record recs[8];
	struct session s;
	int i;

	begin(&s, 0, 60000);
	for (i = 1; i <= 5; i++)
		wake_often(&word, (uint32_t)i, 1);
	memset(recs, 0xcc, sizeof(recs));
	/* Room for two and a half. */
	CHECK_EQ(read_into(&s, recs, 320), 2 * SIZE);
	CHECK_EQ(recs[0].wake.asked, 1);
	CHECK_EQ(recs[1].wake.asked, 2);
	CHECK_EQ(*(uint8_t *)&recs[2], 0xcc);
	CHECK_EQ(read_into(&s, recs, sizeof(recs)), 3 * SIZE);
	CHECK_EQ(recs[2].wake.asked, 5);
	CHECK_EQ(must_count(s.fd, 0).delivered, 5);
	CHECK_EQ(s.pages[0].tail, 5);
	session_close(&s);
}

TEST(read_without_records_is_eagain_when_it_may_not_wait)
{
	char buf[256];
	struct session s;

	begin(&s, 0, 60000);
	set_nonblock(&s);
	CHECK_EQ(read_into(&s, buf, sizeof(buf)), -EAGAIN);
	wake_often(&word, 1, 1);
	CHECK_EQ(read_into(&s, buf, sizeof(buf)), SIZE);
	CHECK_EQ(read_into(&s, buf, sizeof(buf)), -EAGAIN);
	session_close(&s);
}

TEST(read_into_less_than_a_record_is_einval)
{
	char buf[256];
	struct session s;

	begin(&s, 0, 60000);
	set_nonblock(&s);
	wake_often(&word, 1, 1);
	CHECK_EQ(read_into(&s, buf, 127), -EINVAL);
	CHECK_EQ(read_into(&s, buf, 1), -EINVAL);
	CHECK_EQ(read_into(&s, buf, 128), SIZE);
	session_close(&s);
}

TEST(read_into_a_bad_buffer_is_efault_and_loses_nothing)
{
	struct futexwatch_counters c;
	char buf[256];
	struct session s;

	begin(&s, 0, 60000);
	wake_often(&word, 1, 1);
	CHECK_EQ(read_into(&s, (void *)8, 128), -EFAULT);
	CHECK_EQ(read_into(&s, (void *)-4096L, 128), -EFAULT);
	c = must_count(s.fd, 0);
	CHECK_EQ(c.in_ring, 1);
	CHECK_EQ(c.delivered, 0);
	CHECK_EQ(read_into(&s, buf, sizeof(buf)), SIZE);
	session_close(&s);
}

TEST(read_after_stop_gives_the_rest_and_then_the_end)
{
	char buf[1024];
	struct session s;

	begin(&s, 0, 60000);
	wake_often(&word, 1, 3);
	must_stop(s.fd);
	CHECK_EQ(read_into(&s, buf, sizeof(buf)), 3 * SIZE);
	CHECK_EQ(read_into(&s, buf, sizeof(buf)), 0);
	session_close(&s);
}

TEST(read_and_the_mapping_share_one_index)
{
	union futexwatch_record rec;
	struct session s;

	begin(&s, 0, 60000);
	wake_often(&word, 7, 1);
	wake_often(&word, 8, 1);
	wake_often(&word, 9, 1);
	CHECK(take_record(&s, 0, &rec));
	CHECK_EQ(rec.wake.asked, 7);
	CHECK_EQ(read_into(&s, &rec, sizeof(rec)), SIZE);
	CHECK_EQ(rec.wake.asked, 8);
	s.next_seq[0]++;
	CHECK(take_record(&s, 0, &rec));
	CHECK_EQ(rec.wake.asked, 9);
	CHECK_EQ(s.gaps, 0);
	session_close(&s);
}

/* A thread that reads once, and is known to sleep in it. */
struct reader {
	pthread_t thread;
	struct session *s;
	pid_t tid;
	ssize_t got; /* atomic: 1 is "nothing yet" */
};

static void *read_once(void *arg)
{
	struct reader *r = arg;
	char buf[1024];

	__atomic_store_n(&r->tid, gettid(), __ATOMIC_RELEASE);
	__atomic_store_n(&r->got, read_into(r->s, buf, sizeof(buf)),
			 __ATOMIC_RELEASE);
	return NULL;
}

static bool sleeps(pid_t tid)
{
	char path[64], text[512];
	const char *end;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	f = fopen(path, "re");
	if (!f)
		return false;
	end = fgets(text, sizeof(text), f) ? strrchr(text, ')') : NULL;
	fclose(f);
	return end && strncmp(end, ") S ", 4) == 0;
}

static void start_reader(struct reader *r, struct session *s)
{
	r->s = s;
	r->tid = 0;
	r->got = 1;
	pthread_create(&r->thread, NULL, read_once, r);
	UNTIL(__atomic_load_n(&r->tid, __ATOMIC_ACQUIRE));
	UNTIL(sleeps(r->tid));
}

TEST(a_blocked_read_is_woken_by_the_watermark)
{
	struct reader r;
	struct session s;

	begin(&s, 4, 60000);
	start_reader(&r, &s);
	wake_often(&word, 1, 3);
	CHECK(sleeps(r.tid));
	CHECK_EQ(__atomic_load_n(&r.got, __ATOMIC_ACQUIRE), 1);
	wake_often(&word, 1, 1);
	pthread_join(r.thread, NULL);
	CHECK_EQ(r.got, 4 * SIZE);
	session_close(&s);
}

TEST(a_blocked_read_is_woken_in_time)
{
	struct reader r;
	struct session s;

	begin(&s, 64, 20);
	start_reader(&r, &s);
	wake_often(&word, 1, 1);
	pthread_join(r.thread, NULL);
	CHECK_EQ(r.got, SIZE);
	session_close(&s);
}

TEST(a_blocked_read_ends_with_the_session)
{
	struct reader r;
	struct session s;

	begin(&s, 64, 60000);
	start_reader(&r, &s);
	must_stop(s.fd);
	pthread_join(r.thread, NULL);
	CHECK_EQ(r.got, 0);
	session_close(&s);
}

static void ignore(int sig)
{
	(void)sig;
}

TEST(a_blocked_read_is_interrupted_by_a_signal)
{
	struct sigaction act = { .sa_handler = ignore };
	struct reader r;
	struct session s;

	sigaction(SIGUSR1, &act, NULL);
	begin(&s, 64, 60000);
	start_reader(&r, &s);
	pthread_kill(r.thread, SIGUSR1);
	pthread_join(r.thread, NULL);
	CHECK_EQ(r.got, -EINTR);
	session_close(&s);
}

TEST(poll_is_quiet_below_the_watermark)
{
	struct session s;

	begin(&s, 4, 60000);
	CHECK_EQ(poll_now(&s), 0);
	wake_often(&word, 1, 3);
	CHECK_EQ(poll_now(&s), 0);
	wake_often(&word, 1, 1);
	CHECK_EQ(poll_now(&s) & POLLIN, POLLIN);
	take_all(&s);
	CHECK_EQ(poll_now(&s), 0);
	session_close(&s);
}

TEST(poll_without_a_watermark_wants_half_a_ring)
{
	struct session s;

	begin(&s, 0, 60000);
	wake_often(&word, 1, 31);
	CHECK_EQ(poll_now(&s), 0);
	wake_often(&word, 1, 1);
	CHECK_EQ(poll_now(&s) & POLLIN, POLLIN);
	session_close(&s);
}

static void *poll_once(void *arg)
{
	struct reader *r = arg;
	struct pollfd p = { .fd = r->s->fd, .events = POLLIN };

	__atomic_store_n(&r->tid, gettid(), __ATOMIC_RELEASE);
	r->got = poll(&p, 1, -1) == 1 ? p.revents : -1;
	return NULL;
}

static short polled(struct session *s, unsigned int wakes)
{
	struct reader r = { .s = s };

	pthread_create(&r.thread, NULL, poll_once, &r);
	UNTIL(__atomic_load_n(&r.tid, __ATOMIC_ACQUIRE));
	UNTIL(sleeps(r.tid));
	wake_often(&word, 1, wakes);
	pthread_join(r.thread, NULL);
	return (short)r.got;
}

TEST(a_blocked_poll_is_woken_by_the_watermark)
{
	struct session s;

	begin(&s, 1, 60000);
	CHECK_EQ(polled(&s, 1) & POLLIN, POLLIN);
	take_all(&s);
	CHECK_EQ(polled(&s, 40) & POLLIN, POLLIN);
	session_close(&s);
}

TEST(a_blocked_poll_is_woken_in_time)
{
	struct session s;

	begin(&s, 64, 20);
	CHECK_EQ(polled(&s, 1) & POLLIN, POLLIN);
	session_close(&s);
}

TEST(poll_before_the_configuration_is_quiet)
{
	struct session s = { .fd = must_open() };

	CHECK_EQ(poll_now(&s), 0);
	close(s.fd);
}
