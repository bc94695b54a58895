// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: the bounded buffer, by one thread */

#include "buffer_help.h"

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

TEST(init_refuses_bad_memory_and_sizes_and_writes_nothing)
{
	struct bb *bb = map_shared(4096);
	char before[4096];
	/* The last place that is aligned: any length goes around the end. */
	struct bb *last = (struct bb *)(UINTPTR_MAX - (BB_ALIGN - 1));

	memset(bb, 0x5a, 4096);
	memcpy(before, bb, 4096);
	CHECK_EQ(bb_init(NULL, 4096, 1, 1, false), -EINVAL);
	CHECK_EQ(bb_init(last, 4096, 1, 1, false), -EINVAL);
	CHECK_EQ(bb_init(at(bb, 8), 4000, 1, 1, false), -EINVAL);
	CHECK_EQ(bb_init(bb, 4096, 0, 1, false), -EINVAL);
	CHECK_EQ(bb_init(bb, 4096, 1, 0, false), -EINVAL);
	CHECK_EQ(bb_init(bb, 0, 1, 1, false), -EINVAL);
	CHECK_EQ(bb_init(bb, AT_ELEMENTS + 14, 3, 5, false), -EINVAL);
	CHECK_EQ(bb_init(bb, 4096, 2, SIZE_MAX / 2 + 1, false), -EOVERFLOW);
	CHECK_EQ(bb_init_with(bb, 4096, 1, 1, BB_ROBUST), -EINVAL);
	CHECK_EQ(bb_init_with(bb, 4096, 1, 1, 1U << 2), -EINVAL);
	CHECK_EQ(bb_init_with(bb, 4096, 1, 1, 1U << 8), -EINVAL);
	CHECK_EQ(bb_init_with(bb, 4096, 1, 1, 1U << 31), -EINVAL);
	CHECK(!memcmp(before, bb, 4096));
	CHECK_EQ(bb_init(bb, AT_ELEMENTS + 15, 3, 5, false), 0);
	munmap(bb, 4096);
}

/* Each call with such a buffer, and room for two elements of a byte. */
static void check_all_refuse(struct bb *bb, void *elems, int err)
{
	CHECK_EQ(bb_put(bb, elems), err);
	CHECK_EQ(bb_get(bb, elems), err);
	CHECK_EQ(bb_try_put(bb, elems), err);
	CHECK_EQ(bb_try_get(bb, elems), err);
	CHECK_EQ(bb_put_until(bb, elems, &past, CLOCK_MONOTONIC), err);
	CHECK_EQ(bb_get_until(bb, elems, &past, CLOCK_MONOTONIC), err);
	CHECK_EQ(bb_put_n(bb, elems, 2), err);
	CHECK_EQ(bb_get_n(bb, elems, 2), err);
	CHECK_EQ(bb_try_put_n(bb, elems, 2), err);
	CHECK_EQ(bb_try_get_n(bb, elems, 2), err);
	CHECK_EQ(bb_put_n_until(bb, elems, 2, &past, CLOCK_MONOTONIC), err);
	CHECK_EQ(bb_get_n_until(bb, elems, 2, &past, CLOCK_MONOTONIC), err);
}

static void check_object_calls_refuse(struct bb *bb, int err)
{
	CHECK_EQ(bb_count(bb), err);
	CHECK_EQ(bb_capacity(bb), err);
	CHECK_EQ(bb_elem_size(bb), err);
	CHECK_EQ(bb_close(bb), err);
	CHECK_EQ(bb_destroy(bb), err);
}

TEST(calls_refuse_what_is_no_buffer)
{
	char elems[2] = { 0 };
	struct bb *bb = map_shared(4096);

	check_all_refuse(NULL, elems, -EINVAL);
	check_object_calls_refuse(NULL, -EINVAL);
	check_all_refuse(at(bb, 4), elems, -EINVAL);
	check_object_calls_refuse(at(bb, 4), -EINVAL);
	check_all_refuse(bb, elems, -EPROTO);
	check_object_calls_refuse(bb, -EPROTO);
	CHECK_EQ(bb_attach(NULL, 4096), -EINVAL);
	CHECK_EQ(bb_init(bb, 4096, 2, 1, false), 0);
	CHECK_EQ(bb_destroy(bb), 0);
	check_all_refuse(bb, elems, -EPROTO);
	check_object_calls_refuse(bb, -EPROTO);
	munmap(bb, 4096);
}

TEST(calls_refuse_bad_elements_and_change_nothing)
{
	const unsigned int *kind;
	char before[AT_ELEMENTS + 4];
	struct bb *bb;
	char c = 0;

	FOR_EACH_KIND(kind)
	{
		bb = new_buffer(4, 1, *kind);
		CHECK_EQ(bb_put(bb, &c), 0);
		memcpy(before, bb, sizeof(before));
		check_all_refuse(bb, NULL, -EINVAL);
		CHECK_EQ(bb_put_n(bb, &c, 0), -EINVAL);
		CHECK_EQ(bb_get_n(bb, &c, 0), -EINVAL);
		CHECK_EQ(bb_try_put_n(bb, &c, 0), -EINVAL);
		CHECK_EQ(bb_try_get_n(bb, &c, 0), -EINVAL);
		check_all_refuse(bb, bb, -EINVAL);
		check_all_refuse(bb, at(bb, AT_ELEMENTS + 3), -EINVAL);
		CHECK(!memcmp(before, bb, sizeof(before)));
		free_buffer(bb);
	}
}

/* Right before and right behind the buffer is not in it. */
TEST(elements_beside_the_buffer_are_no_overlap)
{
	char *mem = map_shared(4096);
	struct bb *bb = (struct bb *)(mem + BB_ALIGN);
	size_t len = (size_t)bb_size_needed(4, 2);
	char *before = mem + BB_ALIGN - 4;
	char *behind = (char *)bb + len;

	CHECK_EQ(bb_init(bb, len, 4, 2, false), 0);
	CHECK_EQ(bb_put_n(bb, before, 2), 2);
	CHECK_EQ(bb_put_n(bb, behind, 2), 2);
	CHECK_EQ(bb_get_n(bb, before, 2), 2);
	CHECK_EQ(bb_get_n(bb, behind, 2), 2);
	CHECK_EQ(bb_try_put_n(bb, before, 3), -EINVAL);
	CHECK_EQ(bb_try_put_n(bb, before + 1, 2), -EINVAL);
	CHECK_EQ(bb_try_put_n(bb, behind - 1, 1), -EINVAL);
	CHECK_EQ(bb_count(bb), 0);
	munmap(mem, 4096);
}

TEST(elements_come_out_in_order_and_the_ring_wraps)
{
	int in = 0, out = 0, got;
	const unsigned int *kind;
	struct bb *bb;

	FOR_EACH_KIND(kind)
	{
		bb = new_buffer(3, sizeof(int), *kind);
		CHECK_EQ(bb_capacity(bb), 3);
		CHECK_EQ(bb_elem_size(bb), sizeof(int));
		for (in = out = 0; out < 20; out++) {
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
		free_buffer(bb);
	}
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

static void check_bad_times(struct bb *bb, int *v)
{
	const struct timespec below = { .tv_nsec = -1 };
	const struct timespec above = { .tv_nsec = NSEC_PER_SEC };

	CHECK_EQ(bb_put_until(bb, v, &past, 99), -EINVAL);
	CHECK_EQ(bb_put_until(bb, v, &past, -1), -EINVAL);
	CHECK_EQ(bb_put_until(bb, v, &past, CLOCK_BOOTTIME), -EINVAL);
	CHECK_EQ(bb_put_until(bb, v, &below, CLOCK_MONOTONIC), -EINVAL);
	CHECK_EQ(bb_put_until(bb, v, &above, CLOCK_REALTIME), -EINVAL);
}

TEST(deadline_matters_only_when_it_must_wait)
{
	const struct timespec negative = { .tv_sec = -1 };
	const unsigned int *kind;
	struct bb *bb;
	int v = 7;

	FOR_EACH_KIND(kind)
	{
		bb = new_buffer(1, sizeof(int), *kind);
		CHECK_EQ(bb_get_until(bb, &v, &past, CLOCK_REALTIME),
			 -ETIMEDOUT);
		CHECK_EQ(bb_get_until(bb, &v, &negative, CLOCK_MONOTONIC),
			 -ETIMEDOUT);
		CHECK_EQ(bb_put_until(bb, &v, &past, CLOCK_MONOTONIC), 0);
		CHECK_EQ(bb_put_until(bb, &v, &past, CLOCK_MONOTONIC),
			 -ETIMEDOUT);
		check_bad_times(bb, &v);
		CHECK_EQ(bb_count(bb), 1);
		v = 0;
		CHECK_EQ(bb_get_until(bb, &v, &past, 99), 0);
		CHECK_EQ(v, 7);
		free_buffer(bb);
	}
}

TEST(deadline_on_each_clock_is_waited_for)
{
	static const int clocks[] = { CLOCK_REALTIME, CLOCK_MONOTONIC };
	const unsigned int *kind;
	struct timespec soon;
	struct bb *bb;
	int i, v = 0;

	FOR_EACH_KIND(kind)
	{
		bb = new_buffer(1, sizeof(int), *kind);
		for (i = 0; i < 2; i++) {
			soon = in_ns(clocks[i], 150000000);
			CHECK_EQ(bb_get_until(bb, &v, &soon, clocks[i]),
				 -ETIMEDOUT);
			CHECK(clock_ns(clocks[i]) >=
			      soon.tv_sec * NSEC_PER_SEC + soon.tv_nsec);
		}
		free_buffer(bb);
	}
}

TEST(errno_stays_as_it_was)
{
	const unsigned int *kind;
	struct bb *bb;
	int v = 0;

	FOR_EACH_KIND(kind)
	{
		bb = new_buffer(1, sizeof(int), *kind);
		errno = 4711;
		bb_get_until(bb, &v, &past, CLOCK_MONOTONIC);
		bb_put(bb, &v);
		bb_put_until(bb, &v, &past, CLOCK_REALTIME);
		bb_try_put(bb, NULL);
		CHECK_EQ(errno, 4711);
		free_buffer(bb);
	}
}

/* As after the death of a process in the middle of a copy. */
TEST(deadline_ends_the_wait_for_a_ring_that_stays_locked)
{
	struct bb *bb = new_buffer(2, sizeof(int), BB_SHARED);
	int v = 1;

	CHECK_EQ(bb_put(bb, &v), 0);
	CHECK_EQ(fsem_trywait(at(bb, AT_MUTEX)), 0);
	CHECK_EQ(bb_put_until(bb, &v, &past, CLOCK_MONOTONIC), -ETIMEDOUT);
	CHECK_EQ(bb_get_until(bb, &v, &past, CLOCK_MONOTONIC), -ETIMEDOUT);
	CHECK_EQ(bb_destroy(bb), -EBUSY);
	CHECK_EQ(fsem_post(at(bb, AT_MUTEX)), 0);
	CHECK_EQ(sem_value(at(bb, AT_SLOTS)), 1);
	CHECK_EQ(sem_value(at(bb, AT_ITEMS)), 1);
	CHECK_EQ(bb_count(bb), 1);
	free_buffer(bb);
}
