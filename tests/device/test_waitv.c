// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: futex_waitv is a wait on each of its words */

#include "harness.h"

#include <errno.h>
#include <sys/mman.h>

#include "../programs/worker.h"
#include "device.h"

#define NR_WAITV 449 /* for every ABI, Linux 5.16 */
#define FLAGS	 (2UL | 128UL) /* 32 bits, private */
#define MOST	 128

struct waitv {
	uint64_t val;
	uint64_t address;
	uint32_t flags;
	uint32_t reserved;
};

/* A time of 64 bits, also where struct timespec has 32. */
struct time64 {
	int64_t sec;
	int64_t nsec;
};

static uint32_t words[MOST];
static struct waitv vector[MOST];

#define ARG(x) ((unsigned long)(x))

#define WAITV(nr_words, time) \
	CALL(.nr = NR_WAITV,  \
	     .args = { ARG(vector), (nr_words), 0, ARG(time), 1 })

/* Only waits: wakes have records of their own. */
static void begin(struct session *s, uint32_t flags, int first, int last)
{
	struct futexwatch_config cfg = own_config(flags);
	int i;

	for (i = 0; i < MOST; i++)
		vector[i] = (struct waitv){ .address = (uintptr_t)&words[i],
					    .flags = FLAGS };
	cfg.ops = 1U << FUTEXWATCH_OP_WAITV;
	only_words(&cfg, &words[first], &words[last]);
	session_begin(s, &cfg);
}

/* The next record, which has to be the wait on word @i. */
static struct futexwatch_wait next_wait(struct session *s, int i)
{
	union futexwatch_record rec;

	memset(&rec, 0, sizeof(rec));
	CHECK(take_any(s, &rec));
	CHECK_EQ(rec.head.type, FUTEXWATCH_REC_WAIT);
	CHECK_EQ(rec.head.op, FUTEXWATCH_OP_WAITV);
	CHECK_EQ(rec.head.address, (uintptr_t)&words[i]);
	return rec.wait;
}

static void wake(uint32_t *word)
{
	expect_call(1, CALL(.word = word, .op = FUTEX_WAKE, .val = 1));
}

TEST(the_woken_word_names_its_waker_and_the_others_say_so)
{
	struct futexwatch_wait wait;
	struct session s;
	struct worker w;
	int i;

	worker_start(&w);
	begin(&s, FUTEXWATCH_CFG_RING, 0, MOST - 1);
	worker_sleep_in(&w, WAITV(3, 0));
	wake(&words[1]);
	worker_expect(&w, 1);
	for (i = 0; i < 3; i++) {
		wait = next_wait(&s, i);
		CHECK_EQ(wait.head.tid, w.tid);
		CHECK_EQ(wait.head.ret, 1);
		CHECK(wait.head.flags & FUTEXWATCH_F_ASLEEP);
		CHECK(wait.head.flags & FUTEXWATCH_F_PRIVATE);
		CHECK(wait.asleep_ns > 0);
		CHECK_EQ(wait.outcome, i == 1 ? FUTEXWATCH_OUT_WOKEN
					      : FUTEXWATCH_OUT_OTHER_WORD);
		CHECK_EQ(wait.waker_tid, i == 1 ? getpid() : 0);
	}
	CHECK_EQ(take_all(&s), 0);
	worker_end(&w);
	session_close(&s);
}

TEST(a_value_that_changed_ends_all_words_so)
{
	struct session s;
	int i;

	begin(&s, FUTEXWATCH_CFG_RING, 0, MOST - 1);
	vector[2].val = 5;
	expect_call(-EAGAIN, WAITV(4, 0));
	for (i = 0; i < 4; i++) {
		struct futexwatch_wait wait = next_wait(&s, i);

		CHECK_EQ(wait.outcome, FUTEXWATCH_OUT_VALUE_CHANGED);
		CHECK_EQ(wait.val, i == 2 ? 5 : 0);
	}
	CHECK_EQ(take_all(&s), 0);
	session_close(&s);
}

TEST(a_timeout_ends_all_words_so)
{
	static const struct time64 past = { 0, 1 };
	struct session s;
	int i;

	begin(&s, FUTEXWATCH_CFG_RING, 0, MOST - 1);
	expect_call(-ETIMEDOUT, WAITV(MOST, &past));
	for (i = 0; i < MOST; i++) {
		struct futexwatch_wait wait = next_wait(&s, i);

		CHECK_EQ(wait.outcome, FUTEXWATCH_OUT_TIMED_OUT);
		CHECK(wait.head.flags & FUTEXWATCH_F_TIMEOUT);
	}
	CHECK_EQ(take_all(&s), 0);
	session_close(&s);
}

TEST(only_the_words_that_are_asked_for_are_told)
{
	struct session s;
	struct worker w;

	worker_start(&w);
	begin(&s, FUTEXWATCH_CFG_RING, 2, 2);
	worker_sleep_in(&w, WAITV(5, 0));
	wake(&words[4]);
	worker_expect(&w, 4);
	CHECK_EQ(next_wait(&s, 2).outcome, FUTEXWATCH_OUT_OTHER_WORD);
	CHECK_EQ(take_all(&s), 0);
	worker_end(&w);
	session_close(&s);
}

TEST(what_the_kernel_refuses_is_not_told)
{
	struct session s;

	begin(&s, FUTEXWATCH_CFG_RING, 0, MOST - 1);
	expect_call(-EINVAL, WAITV(0, 0));
	expect_call(-EINVAL, WAITV(MOST + 1, 0));
	expect_call(-EFAULT, CALL(.nr = NR_WAITV, .args = { 8, 2, 0, 0, 1 }));
	CHECK_EQ(take_all(&s), 0);
	vector[0].val = 1;
	expect_call(-EAGAIN, WAITV(1, 0));
	CHECK_EQ(take_all(&s), 1);
	session_close(&s);
}

/*
 * @nr words of the vector in a file that is mapped: until the kernel looks for
 * them they are in no page of ours, and not again after forget_array().
 */
static struct waitv *map_array(int nr)
{
	size_t size = nr * sizeof(*vector);
	int fd = memfd_create("array", MFD_CLOEXEC);
	void *at = MAP_FAILED;

	if (fd >= 0 && write(fd, vector, size) == (ssize_t)size)
		at = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		fail("there is no file for the array");
	close(fd);
	return at;
}

static void forget_array(struct waitv *array)
{
	if (madvise(array, 1, MADV_DONTNEED))
		fail("madvise: %s", strerror(errno));
}

TEST(an_array_that_is_not_in_memory_is_read_later)
{
	struct waitv *array;
	struct session s;
	struct worker w;
	struct futexwatch_wait wait;
	int i;

	begin(&s, FUTEXWATCH_CFG_RING, 0, 2);
	array = map_array(3);
	worker_start(&w);
	worker_sleep_in(&w, CALL(.nr = NR_WAITV,
				 .args = { ARG(array), 3, 0, 0, 1 }));
	wake(&words[1]);
	worker_expect(&w, 1);
	for (i = 0; i < 3; i++) {
		wait = next_wait(&s, i);
		CHECK_EQ(wait.outcome, i == 1 ? FUTEXWATCH_OUT_WOKEN
					      : FUTEXWATCH_OUT_OTHER_WORD);
		CHECK_EQ(wait.waker_tid, i == 1 ? getpid() : 0);
		CHECK(wait.head.flags & FUTEXWATCH_F_ASLEEP);
		CHECK(wait.wait_ns >= wait.asleep_ns + wait.run_delay_ns);
	}
	forget_array(array);
	words[0] = 1;
	expect_call(-EAGAIN,
		    CALL(.nr = NR_WAITV, .args = { ARG(array), 3, 0, 0, 1 }));
	words[0] = 0;
	for (i = 0; i < 3; i++)
		CHECK_EQ(next_wait(&s, i).outcome,
			 FUTEXWATCH_OUT_VALUE_CHANGED);
	CHECK_EQ(take_all(&s), 0);
	worker_end(&w);
	session_close(&s);
}

/* While it sleeps, and in what is left at the end. */
TEST(each_word_is_in_the_snapshot)
{
	struct futexwatch_wait waits[MOST];
	struct session s;
	struct worker w;
	unsigned int n, i;
	int live;

	worker_start(&w);
	begin(&s, FUTEXWATCH_CFG_TABLE, 0, MOST - 1);
	worker_sleep_in(&w, WAITV(7, 0));
	for (live = 1; live >= 0; live--) {
		if (!live)
			must_stop(s.fd);
		n = read_snapshot(s.fd, waits, MOST);
		CHECK_EQ(n, 7);
		for (i = 0; i < n; i++) {
			CHECK_EQ(waits[i].head.address, (uintptr_t)&words[i]);
			CHECK_EQ(waits[i].outcome, FUTEXWATCH_OUT_WAITING);
			CHECK(waits[i].head.flags & FUTEXWATCH_F_ASLEEP);
		}
	}
	wake(&words[0]);
	worker_expect(&w, 0);
	worker_end(&w);
	session_close(&s);
}

#define ROUNDS 31

/* Many calls after another: no entry is lost on the way. */
TEST(the_table_adds_up_over_many_calls)
{
	struct futexwatch_row rows[MOST];
	const struct futexwatch_row *row;
	unsigned int n, i, round;
	struct session s;
	struct worker w;

	worker_start(&w);
	begin(&s, FUTEXWATCH_CFG_TABLE, 0, MOST - 1);
	for (round = 0; round < ROUNDS; round++) {
		worker_sleep_in(&w, WAITV(MOST, 0));
		wake(&words[round]);
		worker_expect(&w, round);
	}
	n = read_table(s.fd, 0, rows, MOST);
	CHECK_EQ(n, MOST);
	for (i = 0; i < MOST; i++) {
		row = row_of(rows, n, &words[i]);
		CHECK(row);
		if (!row)
			continue;
		CHECK_EQ(row->outcomes[FUTEXWATCH_OUT_WOKEN], i < ROUNDS);
		CHECK_EQ(row->outcomes[FUTEXWATCH_OUT_OTHER_WORD],
			 ROUNDS - (i < ROUNDS));
	}
	CHECK_EQ(must_count(s.fd, FUTEXWATCH_CPU_ALL).waiters_lost, 0);
	worker_end(&w);
	session_close(&s);
}
