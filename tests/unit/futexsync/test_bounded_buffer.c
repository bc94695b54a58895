// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: the bounded buffer */

#include <errno.h>
#include <limits.h>

#include <futexsync/bounded_buffer.h>

#include "sem_help.h"

/* Where version 1 has what the tests look at or spoil. */
#define AT_VERSION  4
#define AT_HEADER   8
#define AT_FLAGS    12
#define AT_CAPACITY 16
#define AT_ELEM	    24
#define AT_SIZE	    32
#define AT_SLOTS    (1 * BB_ALIGN)
#define AT_MUTEX    (3 * BB_ALIGN)
#define AT_HEAD	    (3 * BB_ALIGN + 16)
#define AT_TAIL	    (3 * BB_ALIGN + 20)
#define AT_ELEMENTS (4 * BB_ALIGN)

static const struct timespec past = { .tv_sec = 1 };

static void *at(struct bb *bb, size_t offset)
{
	return (char *)bb + offset;
}

static struct bb *new_buffer(size_t capacity, size_t elem_size, bool shared)
{
	ssize_t len = bb_size_needed(capacity, elem_size);
	struct bb *bb = map_shared((size_t)len);

	if (bb_init(bb, (size_t)len, capacity, elem_size, shared))
		abort();
	return bb;
}

static void free_buffer(struct bb *bb, size_t capacity, size_t elem_size)
{
	CHECK_EQ(bb_destroy(bb), 0);
	munmap(bb, (size_t)bb_size_needed(capacity, elem_size));
}

TEST(size_needed_refuses_what_no_buffer_can_have)
{
	CHECK_EQ(bb_size_needed(0, 1), -EINVAL);
	CHECK_EQ(bb_size_needed(1, 0), -EINVAL);
	CHECK_EQ(bb_size_needed(FSEM_VALUE_MAX + (size_t)1, 1), -EINVAL);
	CHECK_EQ(bb_size_needed(3, SIZE_MAX / 2), -EOVERFLOW);
	CHECK_EQ(bb_size_needed(1, SSIZE_MAX), -EOVERFLOW);
	CHECK_EQ(bb_size_needed(1, SIZE_MAX), -EOVERFLOW);
	CHECK_EQ(bb_size_needed(3, 5), AT_ELEMENTS + 15);
}

TEST(init_refuses_bad_memory_and_sizes)
{
	struct bb *bb = map_shared(4096);

	CHECK_EQ(bb_init(NULL, 4096, 1, 1, false), -EINVAL);
	CHECK_EQ(bb_init(at(bb, 8), 4000, 1, 1, false), -EINVAL);
	CHECK_EQ(bb_init(bb, 4096, 0, 1, false), -EINVAL);
	CHECK_EQ(bb_init(bb, 4096, 1, 0, false), -EINVAL);
	CHECK_EQ(bb_init(bb, AT_ELEMENTS + 14, 3, 5, false), -EINVAL);
	CHECK_EQ(bb_init(bb, 4096, 2, SIZE_MAX / 2 + 1, false), -EOVERFLOW);
	CHECK_EQ(bb_init(bb, AT_ELEMENTS + 15, 3, 5, false), 0);
	munmap(bb, 4096);
}

TEST(calls_refuse_null)
{
	struct bb *bb = new_buffer(1, 1, false);
	char c = 0;

	CHECK_EQ(bb_put(NULL, &c), -EINVAL);
	CHECK_EQ(bb_put(bb, NULL), -EINVAL);
	CHECK_EQ(bb_get(NULL, &c), -EINVAL);
	CHECK_EQ(bb_get(bb, NULL), -EINVAL);
	CHECK_EQ(bb_try_put(bb, NULL), -EINVAL);
	CHECK_EQ(bb_try_get(bb, NULL), -EINVAL);
	CHECK_EQ(bb_put_until(NULL, &c, &past, CLOCK_MONOTONIC), -EINVAL);
	CHECK_EQ(bb_get_until(NULL, &c, &past, CLOCK_MONOTONIC), -EINVAL);
	CHECK_EQ(bb_count(NULL), -EINVAL);
	CHECK_EQ(bb_destroy(NULL), -EINVAL);
	CHECK_EQ(bb_attach(NULL, 4096), -EINVAL);
	CHECK_EQ(bb_count(bb), 0);
	free_buffer(bb, 1, 1);
}

TEST(elements_come_out_in_order_and_the_ring_wraps)
{
	struct bb *bb = new_buffer(3, sizeof(int), false);
	int in = 0, out = 0, got;

	for (; out < 20; out++) {
		while (bb_count(bb) < 3) {
			CHECK_EQ(bb_put(bb, &in), 0);
			in++;
		}
		CHECK_EQ(bb_try_put(bb, &in), -EAGAIN);
		CHECK_EQ(bb_get(bb, &got), 0);
		CHECK_EQ(got, out);
	}
	while (!bb_try_get(bb, &got))
		CHECK_EQ(got, out++);
	CHECK_EQ(out, in);
	CHECK_EQ(bb_try_get(bb, &got), -EAGAIN);
	free_buffer(bb, 3, sizeof(int));
}

/* The memory ends with the last element: the address sanitizer watches. */
TEST(odd_sizes_stay_inside_their_elements)
{
	static const size_t sizes[] = { 1, 3, 63, 64, 65, 257 };
	unsigned char in[257], out[258];
	size_t i, k, len;
	struct bb *bb;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		len = (size_t)bb_size_needed(5, sizes[i]);
		if (posix_memalign((void **)&bb, BB_ALIGN, len))
			abort();
		CHECK_EQ(bb_init(bb, len, 5, sizes[i], false), 0);
		for (k = 0; k < 5; k++) {
			memset(in, (int)(k + 1), sizeof(in));
			CHECK_EQ(bb_put(bb, in), 0);
		}
		for (k = 0; k < 5; k++) {
			memset(out, 0xcc, sizeof(out));
			memset(in, (int)(k + 1), sizeof(in));
			CHECK_EQ(bb_get(bb, out), 0);
			CHECK(!memcmp(in, out, sizes[i]));
			CHECK_EQ(out[sizes[i]], 0xcc);
		}
		CHECK_EQ(bb_destroy(bb), 0);
		free(bb);
	}
}

TEST(past_deadline_matters_only_when_it_must_wait)
{
	struct bb *bb = new_buffer(1, sizeof(int), false);
	int v = 7;

	CHECK_EQ(bb_get_until(bb, &v, &past, CLOCK_REALTIME), -ETIMEDOUT);
	CHECK_EQ(bb_put_until(bb, &v, &past, CLOCK_MONOTONIC), 0);
	CHECK_EQ(bb_put_until(bb, &v, &past, CLOCK_MONOTONIC), -ETIMEDOUT);
	CHECK_EQ(bb_put_until(bb, &v, &past, 99), -EINVAL);
	CHECK_EQ(bb_count(bb), 1);
	CHECK_EQ(bb_get_until(bb, &v, &past, 99), 0);
	CHECK_EQ(v, 7);
	free_buffer(bb, 1, sizeof(int));
}

/* As after the death of a process in the middle of a copy. */
TEST(deadline_ends_the_wait_for_a_ring_that_stays_locked)
{
	struct bb *bb = new_buffer(2, sizeof(int), true);
	int v = 1;

	CHECK_EQ(bb_put(bb, &v), 0);
	CHECK_EQ(fsem_trywait(at(bb, AT_MUTEX)), 0);
	CHECK_EQ(bb_put_until(bb, &v, &past, CLOCK_MONOTONIC), -ETIMEDOUT);
	CHECK_EQ(bb_get_until(bb, &v, &past, CLOCK_MONOTONIC), -ETIMEDOUT);
	CHECK_EQ(bb_destroy(bb), -EBUSY);
	CHECK_EQ(fsem_post(at(bb, AT_MUTEX)), 0);
	CHECK_EQ(sem_value(at(bb, AT_SLOTS)), 1);
	CHECK_EQ(bb_count(bb), 1);
	free_buffer(bb, 2, sizeof(int));
}

TEST(attach_takes_only_a_whole_shared_buffer)
{
	size_t len = (size_t)bb_size_needed(3, 8);
	struct bb *bb = map_shared(len);

	CHECK_EQ(bb_attach(bb, len), -EPROTO); /* nobody was here */
	CHECK_EQ(bb_init(bb, len, 3, 8, false), 0);
	CHECK_EQ(bb_attach(bb, len), -EPROTO); /* it is private */
	CHECK_EQ(bb_init(bb, len, 3, 8, true), 0);
	CHECK_EQ(bb_attach(bb, len), 0);
	CHECK_EQ(bb_attach(bb, len + 1), 0);
	CHECK_EQ(bb_attach(bb, len - 1), -EPROTO);
	CHECK_EQ(bb_attach(bb, AT_ELEMENTS - 1), -EINVAL);
	CHECK_EQ(bb_attach(at(bb, 8), len), -EINVAL);
	CHECK_EQ(bb_destroy(bb), 0);
	CHECK_EQ(bb_attach(bb, len), -EPROTO);
	munmap(bb, len);
}

TEST(attach_refuses_each_field_that_is_wrong)
{
	static const struct {
		size_t at;
		size_t bytes;
		uint64_t value;
	} wrong[] = {
		{ 0, 4, 0 },
		{ 0, 4, 0x12345678 },
		{ AT_VERSION, 4, 0 },
		{ AT_VERSION, 4, 2 },
		{ AT_HEADER, 4, AT_ELEMENTS - 8 },
		{ AT_FLAGS, 4, 3 },
		{ AT_CAPACITY, 8, 0 },
		{ AT_CAPACITY, 8, 4 },
		{ AT_CAPACITY, 8, 1ULL << 32 | 3 },
		{ AT_CAPACITY, 8, UINT64_MAX },
		{ AT_ELEM, 8, 0 },
		{ AT_ELEM, 8, 9 },
		{ AT_ELEM, 8, 1ULL << 32 | 8 },
		{ AT_ELEM, 8, UINT64_MAX },
		{ AT_SIZE, 8, AT_ELEMENTS },
		{ AT_SIZE, 8, UINT64_MAX },
		{ AT_HEAD, 4, 3 },
		{ AT_TAIL, 4, UINT32_MAX },
	};
	size_t len = (size_t)bb_size_needed(3, 8);
	struct bb *bb = map_shared(len);
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		CHECK_EQ(bb_init(bb, len, 3, 8, true), 0);
		CHECK_EQ(bb_attach(bb, len), 0);
		memcpy(at(bb, wrong[i].at), &wrong[i].value, wrong[i].bytes);
		if (!CHECK_EQ(bb_attach(bb, len), -EPROTO))
			printf("#   line %zu of the table\n", i);
	}
	munmap(bb, len);
}

#define PRODUCERS 3
#define CONSUMERS 3
#define ITEMS	  (UNDER_TSAN ? 3000 : 20000) /* per producer */
#define SLOTS	  4

struct item {
	uint32_t producer; /* PRODUCERS: no more items */
	uint32_t number; /* 1 to ITEMS */
};

/* In shared memory; each worker writes its own place only. */
struct ledger {
	struct bb *bb;
	uint64_t count[CONSUMERS];
	uint64_t sum[CONSUMERS];
	uint32_t next; /* atomic: numbers the workers as they start */
};

static uint32_t my_number(struct ledger *ledger)
{
	return __atomic_fetch_add(&ledger->next, 1, __ATOMIC_RELAXED);
}

static void produce(void *arg)
{
	struct ledger *ledger = arg;
	struct item item = { .producer = my_number(ledger) };

	for (item.number = 1; item.number <= ITEMS; item.number++)
		CHECK_EQ(bb_put(ledger->bb, &item), 0);
}

static void consume(void *arg)
{
	struct ledger *ledger = arg;
	uint32_t me = my_number(ledger) - PRODUCERS;
	uint32_t last[PRODUCERS] = { 0 };
	struct item item;

	for (;;) {
		CHECK_EQ(bb_get(ledger->bb, &item), 0);
		if (item.producer == PRODUCERS)
			return;
		/* What one consumer gets of one producer is in order. */
		CHECK(item.number > last[item.producer]);
		last[item.producer] = item.number;
		ledger->count[me]++;
		ledger->sum[me] += item.number;
	}
}

static void *produce_in_thread(void *ledger)
{
	produce(ledger);
	return NULL;
}

static void *consume_in_thread(void *ledger)
{
	consume(ledger);
	return NULL;
}

static void check_ledger(const struct ledger *ledger)
{
	uint64_t count = 0, sum = 0;
	int i;

	for (i = 0; i < CONSUMERS; i++) {
		count += ledger->count[i];
		sum += ledger->sum[i];
	}
	CHECK_EQ(count, (uint64_t)PRODUCERS * ITEMS);
	CHECK_EQ(sum, (uint64_t)PRODUCERS * ITEMS * (ITEMS + 1) / 2);
	CHECK_EQ(bb_count(ledger->bb), 0);
}

static void end_consumers(struct ledger *ledger)
{
	const struct item end = { .producer = PRODUCERS };
	int i;

	for (i = 0; i < CONSUMERS; i++)
		CHECK_EQ(bb_put(ledger->bb, &end), 0);
}

TEST(threads_lose_and_invent_nothing)
{
	pthread_t producer[PRODUCERS], consumer[CONSUMERS];
	struct ledger ledger = { 0 };
	int i;

	ledger.bb = new_buffer(SLOTS, sizeof(struct item), false);
	for (i = 0; i < PRODUCERS; i++)
		producer[i] = start_thread(produce_in_thread, &ledger);
	UNTIL(__atomic_load_n(&ledger.next, __ATOMIC_RELAXED) == PRODUCERS);
	for (i = 0; i < CONSUMERS; i++)
		consumer[i] = start_thread(consume_in_thread, &ledger);
	for (i = 0; i < PRODUCERS; i++)
		join_thread(producer[i]);
	end_consumers(&ledger);
	for (i = 0; i < CONSUMERS; i++)
		join_thread(consumer[i]);
	check_ledger(&ledger);
	free_buffer(ledger.bb, SLOTS, sizeof(struct item));
}

TEST(processes_lose_and_invent_nothing)
{
	struct ledger *ledger = map_shared(sizeof(*ledger));
	pid_t producer[PRODUCERS], consumer[CONSUMERS];
	int i;

	ledger->bb = new_buffer(SLOTS, sizeof(struct item), true);
	for (i = 0; i < PRODUCERS; i++)
		producer[i] = start_child(produce, ledger);
	UNTIL(__atomic_load_n(&ledger->next, __ATOMIC_RELAXED) == PRODUCERS);
	for (i = 0; i < CONSUMERS; i++)
		consumer[i] = start_child(consume, ledger);
	for (i = 0; i < PRODUCERS; i++)
		join_child(producer[i]);
	end_consumers(ledger);
	for (i = 0; i < CONSUMERS; i++)
		join_child(consumer[i]);
	check_ledger(ledger);
	free_buffer(ledger->bb, SLOTS, sizeof(struct item));
	munmap(ledger, sizeof(*ledger));
}

static void echo_elsewhere(void *fd)
{
	size_t len = (size_t)bb_size_needed(1, sizeof(int));
	struct bb *bb = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED,
			     *(int *)fd, 0);
	int v = 0;

	REQUIRE(bb != MAP_FAILED);
	REQUIRE(CHECK_EQ(bb_attach(bb, len), 0));
	CHECK_EQ(bb_get(bb, &v), 0);
	CHECK_EQ(v, 42);
}

/* The parent's mapping is inherited too: the child's own lies elsewhere. */
TEST(attached_at_another_address_it_is_the_same_buffer)
{
	size_t len = (size_t)bb_size_needed(1, sizeof(int));
	int fd = memfd_create("bb", MFD_CLOEXEC);
	struct bb *bb;
	int v = 42;
	pid_t pid;

	REQUIRE(fd >= 0 && !ftruncate(fd, (off_t)len));
	bb = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	REQUIRE(bb != MAP_FAILED);
	CHECK_EQ(bb_init(bb, len, 1, sizeof(int), true), 0);
	pid = start_child(echo_elsewhere, &fd);
	CHECK_EQ(bb_put(bb, &v), 0);
	CHECK_EQ(bb_put(bb, &v), 0); /* waits for the child */
	join_child(pid);
	CHECK_EQ(bb_count(bb), 1);
	CHECK_EQ(bb_destroy(bb), 0);
	munmap(bb, len);
	close(fd);
}
