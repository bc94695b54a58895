// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: words of futex_waitv that slept before START */

#include "harness.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "../programs/worker.h"
#include "device.h"

#define NR_WAITV 449 /* for every ABI, Linux 5.16 */
#define FLAGS	 (2UL | 128UL) /* 32 bits, private */
#define MOST	 128
#define BOTH	 (FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_TABLE)

struct waitv {
	uint64_t val;
	uint64_t address;
	uint32_t flags;
	uint32_t reserved;
};

static uint32_t words[MOST];
static struct waitv vector[MOST];

#define ARG(x) ((unsigned long)(x))

/* Prepares the array, and the call. */
static const struct call *waitv(struct call *c, struct waitv *array,
				unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		array[i] = (struct waitv){ .address = (uintptr_t)&words[i],
					   .flags = FLAGS };
	*c = (struct call){ .nr = NR_WAITV,
			    .args = { ARG(array), nr, 0, 0, 1 } };
	return c;
}

static void sleep_on(struct worker *w, struct waitv *array, unsigned int nr)
{
	struct call c;

	worker_sleep_in(w, waitv(&c, array, nr));
}

/* Only waits: wakes have records of their own. */
static void begin(struct session *s, int first, int last)
{
	struct futexwatch_config cfg = own_config(BOTH);

	cfg.ops = 1U << FUTEXWATCH_OP_WAITV;
	only_words(&cfg, &words[first], &words[last]);
	session_begin(s, &cfg);
}

static void wake(uint32_t *word)
{
	expect_call(1, CALL(.word = word, .op = FUTEX_WAKE, .val = 1));
}

/* Words @first to @first + @nr - 1, adopted and waiting. */
static void check_snapshot(struct session *s, int first, unsigned int nr)
{
	struct futexwatch_wait waits[MOST];
	unsigned int n = read_snapshot(s->fd, waits, MOST), i;

	CHECK_EQ(n, nr);
	for (i = 0; i < n && i < nr; i++) {
		CHECK_EQ(waits[i].head.address, (uintptr_t)&words[first + i]);
		CHECK_EQ(waits[i].head.op, FUTEXWATCH_OP_WAITV);
		CHECK_EQ(waits[i].outcome, FUTEXWATCH_OUT_WAITING);
		CHECK(waits[i].head.flags & FUTEXWATCH_F_ADOPTED);
		CHECK(waits[i].head.flags & FUTEXWATCH_F_PRIVATE);
		CHECK_EQ(waits[i].wait_ns, 0);
	}
}

/* The next record, which has to be of word @i, adopted, with @outcome. */
static struct futexwatch_wait next_wait(struct session *s, int i, int outcome)
{
	union futexwatch_record rec;

	memset(&rec, 0, sizeof(rec));
	CHECK(take_any(s, &rec));
	CHECK_EQ(rec.head.type, FUTEXWATCH_REC_WAIT);
	CHECK_EQ(rec.head.address, (uintptr_t)&words[i]);
	CHECK(rec.head.flags & FUTEXWATCH_F_ADOPTED);
	CHECK_EQ(rec.wait.outcome, outcome);
	CHECK_EQ(rec.wait.wait_ns, 0);
	CHECK_EQ(rec.wait.asleep_ns, 0);
	return rec.wait;
}

/* Words @first to @last; @woken is the one that somebody woke. */
static void check_woken(struct session *s, int first, int last, int woken)
{
	struct futexwatch_wait wait;
	int i;

	for (i = first; i <= last; i++) {
		wait = next_wait(s, i,
				 i == woken ? FUTEXWATCH_OUT_WOKEN
					    : FUTEXWATCH_OUT_OTHER_WORD);
		CHECK_EQ(wait.head.ret, woken);
		CHECK_EQ(wait.waker_tid, i == woken ? getpid() : 0);
		CHECK_EQ(wait.cause, i == woken ? FUTEXWATCH_CAUSE_CALL
						: FUTEXWATCH_CAUSE_NONE);
	}
	CHECK_EQ(take_all(s), 0);
}

TEST(words_that_sleep_are_adopted_and_the_woken_one_has_its_waker)
{
	struct futexwatch_counters c;
	struct futexwatch_row rows[MOST];
	struct session s;
	struct worker w;
	unsigned int i;

	worker_start(&w);
	sleep_on(&w, vector, 3);
	begin(&s, 0, MOST - 1);
	check_snapshot(&s, 0, 3);
	CHECK_EQ(read_table(s.fd, 0, rows, MOST), 3);
	for (i = 0; i < 3; i++)
		CHECK_EQ(rows[i].waiters, 1);
	wake(&words[1]);
	worker_expect(&w, 1);
	check_woken(&s, 0, 2, 1);
	CHECK_EQ(read_snapshot(s.fd, &(struct futexwatch_wait){}, 1), 0);
	CHECK_EQ(read_table(s.fd, 0, rows, MOST), 3);
	for (i = 0; i < 3; i++)
		CHECK_EQ(rows[i].waiters, 0);
	c = must_count(s.fd, FUTEXWATCH_CPU_ALL);
	CHECK_EQ(c.waiters_lost, 0);
	CHECK_EQ(c.waits, 3);
	worker_end(&w);
	session_close(&s);
}

/* Over the end of a page, and as many as there may be. */
TEST(an_array_may_lie_on_two_pages)
{
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct session s;
	struct worker w;

	REQUIRE(pages != MAP_FAILED);
	worker_start(&w);
	sleep_on(&w, (struct waitv *)(pages + 4096 - 1000), MOST);
	begin(&s, 0, MOST - 1);
	check_snapshot(&s, 0, MOST);
	wake(&words[MOST - 1]);
	worker_expect(&w, MOST - 1);
	check_woken(&s, 0, MOST - 1, MOST - 1);
	worker_end(&w);
	session_close(&s);
	munmap(pages, 8192);
}

static void handle(int signal)
{
	(void)signal;
}

TEST(a_signal_ends_all_words)
{
	struct sigaction action = { .sa_handler = handle };
	struct futexwatch_wait wait;
	struct session s;
	struct worker w;
	int i;

	sigaction(SIGUSR1, &action, NULL);
	worker_start(&w);
	sleep_on(&w, vector, 2);
	begin(&s, 0, MOST - 1);
	CHECK_EQ(syscall(SYS_tgkill, getpid(), w.tid, SIGUSR1), 0);
	worker_expect(&w, -EINTR);
	for (i = 0; i < 2; i++) {
		wait = next_wait(&s, i, FUTEXWATCH_OUT_INTERRUPTED);
		CHECK_EQ(wait.cause, FUTEXWATCH_CAUSE_SIGNAL);
		CHECK_EQ(wait.waker_tid, 0);
	}
	CHECK_EQ(take_all(&s), 0);
	worker_end(&w);
	session_close(&s);
}

TEST(the_next_call_is_seen_from_its_begin)
{
	struct session s;
	struct worker w;

	worker_start(&w);
	sleep_on(&w, vector, 2);
	begin(&s, 0, MOST - 1);
	wake(&words[0]);
	worker_expect(&w, 0);
	check_woken(&s, 0, 1, 0);
	sleep_on(&w, vector, 2);
	wake(&words[1]);
	worker_expect(&w, 1);
	CHECK_EQ(take_all(&s), 2);
	CHECK_EQ(must_count(s.fd, FUTEXWATCH_CPU_ALL).waiters_lost, 0);
	worker_end(&w);
	session_close(&s);
}

/* Each session has its words, and one that has all of them changes nothing. */
TEST(sessions_adopt_the_words_that_they_want)
{
	struct session low, high, all;
	struct worker w;

	worker_start(&w);
	sleep_on(&w, vector, 6);
	begin(&low, 1, 2);
	begin(&high, 3, 4);
	begin(&all, 0, MOST - 1);
	check_snapshot(&low, 1, 2);
	check_snapshot(&high, 3, 2);
	check_snapshot(&all, 0, 6);
	wake(&words[3]);
	worker_expect(&w, 3);
	check_woken(&low, 1, 2, 3);
	check_woken(&high, 3, 4, 3);
	check_woken(&all, 0, 5, 3);
	worker_end(&w);
	session_close(&low);
	session_close(&high);
	session_close(&all);
}

/* What a session saw begin is joined, even if the array is there no more. */
TEST(a_call_that_was_seen_to_begin_is_joined)
{
	struct waitv *array = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct futexwatch_wait waits[MOST];
	struct session one, two;
	struct worker w;
	unsigned int i;

	REQUIRE(array != MAP_FAILED);
	worker_start(&w);
	begin(&one, 0, MOST - 1);
	sleep_on(&w, array, 3);
	munmap(array, 4096);
	begin(&two, 0, MOST - 1);
	CHECK_EQ(read_snapshot(two.fd, waits, MOST), 3);
	for (i = 0; i < 3; i++)
		CHECK(!(waits[i].head.flags & FUTEXWATCH_F_ADOPTED));
	wake(&words[2]);
	worker_expect(&w, 2);
	CHECK_EQ(take_all(&one), 3);
	CHECK_EQ(take_all(&two), 3);
	worker_end(&w);
	session_close(&one);
	session_close(&two);
}

TEST(after_a_stop_they_are_adopted_again)
{
	struct session s;
	struct worker w;
	int i;

	worker_start(&w);
	sleep_on(&w, vector, 4);
	begin(&s, 0, MOST - 1);
	for (i = 0; i < 3; i++) {
		must_stop(s.fd);
		check_snapshot(&s, 0, 4);
		must_start(s.fd);
		check_snapshot(&s, 0, 4);
	}
	wake(&words[2]);
	worker_expect(&w, 2);
	check_woken(&s, 0, 3, 2);
	worker_end(&w);
	session_close(&s);
}

/* What is not read as the kernel has read it is a loss, and nothing invented. */
static void lose_array(void (*spoil)(struct waitv *array))
{
	struct waitv *array = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct session s;
	struct worker w;

	REQUIRE(array != MAP_FAILED);
	worker_start(&w);
	sleep_on(&w, array, 3);
	spoil(array);
	begin(&s, 0, MOST - 1);
	check_snapshot(&s, 0, 0);
	CHECK_EQ(must_count(s.fd, FUTEXWATCH_CPU_ALL).waiters_lost, 1);
	wake(&words[0]);
	worker_expect(&w, 0);
	CHECK_EQ(take_all(&s), 0);
	worker_end(&w);
	session_close(&s);
	munmap(array, 4096);
}

/* The page is gone, the mapping stays: START waits for nobody's memory. */
static void drop_page(struct waitv *array)
{
	CHECK_EQ(madvise(array, 4096, MADV_DONTNEED), 0);
}

static void forbid(struct waitv *array)
{
	CHECK_EQ(mprotect(array, 4096, PROT_NONE), 0);
}

static void use_again(struct waitv *array)
{
	memset(&array[1], 'x', sizeof(*array));
}

TEST(an_array_that_is_gone_is_a_loss)
{
	lose_array(drop_page);
	lose_array(forbid);
	lose_array(use_again);
}

#define SLEEPERS 40

/* More words than there are entries for: the rest is a loss, and counted. */
TEST(many_sleepers_are_adopted_as_far_as_there_is_room)
{
	static struct waitv arrays[SLEEPERS][MOST];
	static struct futexwatch_wait waits[SLEEPERS * MOST];
	static struct worker workers[SLEEPERS];
	struct futexwatch_counters c;
	unsigned int n, i;
	struct session s;

	for (i = 0; i < SLEEPERS; i++) {
		worker_start(&workers[i]);
		sleep_on(&workers[i], arrays[i], MOST);
	}
	begin(&s, 0, MOST - 1);
	n = read_snapshot(s.fd, waits, SLEEPERS * MOST);
	c = must_count(s.fd, FUTEXWATCH_CPU_ALL);
	CHECK_EQ(n + c.waiters_lost * MOST, SLEEPERS * MOST);
	CHECK(n >= MOST);
	expect_call(SLEEPERS,
		    CALL(.word = &words[5], .op = FUTEX_WAKE, .val = SLEEPERS));
	for (i = 0; i < SLEEPERS; i++)
		worker_expect(&workers[i], 5);
	c = must_count(s.fd, FUTEXWATCH_CPU_ALL);
	CHECK_EQ(c.waits, n);
	CHECK_EQ(read_snapshot(s.fd, waits, SLEEPERS * MOST), 0);
	for (i = 0; i < SLEEPERS; i++)
		worker_end(&workers[i]);
	session_close(&s);
}
