// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: closing a bounded buffer */

#include "buffer_help.h"

TEST(producers_stop_consumers_drain_then_the_end)
{
	const unsigned int *kind;
	int in[3] = { 1, 2, 3 }, out[3];
	struct bb *bb;

	FOR_EACH_KIND(kind)
	{
		bb = new_buffer(4, sizeof(int), *kind);
		CHECK_EQ(bb_put_n(bb, in, 3), 3);
		CHECK_EQ(bb_close(bb), 0);
		CHECK_EQ(bb_put(bb, in), -ESHUTDOWN);
		CHECK_EQ(bb_try_put(bb, in), -ESHUTDOWN);
		CHECK_EQ(bb_put_until(bb, in, &past, CLOCK_MONOTONIC),
			 -ESHUTDOWN);
		CHECK_EQ(bb_put_n(bb, in, 3), -ESHUTDOWN);
		CHECK_EQ(bb_count(bb), 3);
		CHECK_EQ(bb_get(bb, out), 0);
		CHECK_EQ(bb_close(bb), 0);
		CHECK_EQ(bb_get_n(bb, out + 1, 3), 2);
		CHECK(!memcmp(in, out, sizeof(in)));
		CHECK_EQ(bb_get(bb, out), -ENODATA);
		CHECK_EQ(bb_try_get(bb, out), -ENODATA);
		CHECK_EQ(bb_get_n(bb, out, 3), -ENODATA);
		CHECK_EQ(bb_get_until(bb, out, &past, CLOCK_MONOTONIC),
			 -ENODATA);
		CHECK_EQ(bb_try_put(bb, in), -ESHUTDOWN);
		free_buffer(bb);
	}
}

TEST(full_and_closed_says_closed)
{
	const unsigned int *kind;
	struct bb *bb;
	int v = 1;

	FOR_EACH_KIND(kind)
	{
		bb = new_buffer(1, sizeof(int), *kind);
		CHECK_EQ(bb_put(bb, &v), 0);
		CHECK_EQ(bb_close(bb), 0);
		CHECK_EQ(bb_put(bb, &v), -ESHUTDOWN);
		CHECK_EQ(bb_try_put(bb, &v), -ESHUTDOWN);
		free_buffer(bb);
	}
}

TEST(init_opens_again)
{
	const unsigned int *kind;
	size_t len = (size_t)bb_size_needed(1, sizeof(int));
	struct bb *bb;
	int v = 1;

	FOR_EACH_KIND(kind)
	{
		bb = new_buffer(1, sizeof(int), *kind);
		CHECK_EQ(bb_close(bb), 0);
		CHECK_EQ(bb_destroy(bb), 0);
		CHECK_EQ(bb_init_with(bb, len, 1, sizeof(int), *kind), 0);
		CHECK_EQ(bb_put(bb, &v), 0);
		CHECK_EQ(bb_get(bb, &v), 0);
		free_buffer(bb);
	}
}

/*
 * What a consumer must live with whose producer is at its last post when the
 * buffer is closed: the element is in the ring, its token never comes.
 */
TEST(element_without_a_token_is_drained)
{
	struct bb *bb = new_buffer(2, sizeof(int), 0);
	int v = 9;

	CHECK_EQ(bb_put(bb, &v), 0);
	CHECK_EQ(fsem_trywait(at(bb, AT_ITEMS)), 0);
	CHECK_EQ(bb_close(bb), 0);
	v = 0;
	CHECK_EQ(bb_get(bb, &v), 0);
	CHECK_EQ(v, 9);
	CHECK_EQ(bb_get(bb, &v), -ENODATA);
	CHECK_EQ(bb_put(bb, &v), -ESHUTDOWN);
	free_buffer(bb);
}

struct blocked {
	struct bb *bb;
	uint32_t running; /* atomic */
	int want;
};

static void *put_until_closed(void *arg)
{
	struct blocked *b = arg;
	int v = 0;

	__atomic_fetch_add(&b->running, 1, __ATOMIC_RELAXED);
	CHECK_EQ(bb_put(b->bb, &v), -ESHUTDOWN);
	return NULL;
}

static void *get_until_closed(void *arg)
{
	struct blocked *b = arg;
	int v = 0;

	__atomic_fetch_add(&b->running, 1, __ATOMIC_RELAXED);
	CHECK_EQ(bb_get(b->bb, &v), -ENODATA);
	return NULL;
}

#define BLOCKED 4

/* They sleep, or are about to: close must reach both. */
static void check_wakes(unsigned int kind, void *(*run)(void *), bool full)
{
	struct blocked b = { .bb = new_buffer(1, sizeof(int), kind) };
	pthread_t threads[BLOCKED];
	int i, v = 0;

	if (full)
		CHECK_EQ(bb_put(b.bb, &v), 0);
	for (i = 0; i < BLOCKED; i++)
		threads[i] = start_thread(run, &b);
	UNTIL(__atomic_load_n(&b.running, __ATOMIC_RELAXED) == BLOCKED);
	CHECK_EQ(bb_close(b.bb), 0);
	for (i = 0; i < BLOCKED; i++)
		join_thread(threads[i]);
	CHECK_EQ(bb_count(b.bb), full);
	free_buffer(b.bb);
}

TEST(close_wakes_all_who_wait)
{
	const unsigned int *kind;
	int i;

	FOR_EACH_KIND(kind)
	{
		for (i = 0; i < 100; i++) {
			check_wakes(*kind, put_until_closed, true);
			check_wakes(*kind, get_until_closed, false);
		}
	}
}
