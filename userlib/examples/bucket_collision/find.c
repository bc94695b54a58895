// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - example: in which hash bucket the kernel looks for a word */

#include "find.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <futexsync/futex.h>
#include <futexsync/futex_robust.h>
#include <futexwatch/client.h>

#define PAGE   4096UL
#define PROOFS 64 /* waits that let the device learn where a table is */
#define ROUNDS 16

static uint32_t rotate(uint32_t x, int n)
{
	return x << n | x >> (32 - n);
}

/* The kernel's hash (jhash2() of two words, <linux/jhash.h>). */
static uint32_t jhash2(uint32_t first, uint32_t second, uint32_t seed)
{
	uint32_t c = 0xdeadbeef + (2 << 2) + seed;
	uint32_t a = c + first, b = c + second;

	c = (c ^ b) - rotate(b, 14);
	a = (a ^ c) - rotate(c, 11);
	b = (b ^ a) - rotate(a, 25);
	c = (c ^ b) - rotate(b, 16);
	a = (a ^ c) - rotate(c, 4);
	b = (b ^ a) - rotate(a, 14);
	return (c ^ b) - rotate(b, 24);
}

/* In a table of its own, page and offset make the index, and nothing else. */
static uint32_t compute(const uint32_t *word, uint32_t buckets)
{
	uint64_t address = (uintptr_t)word;
	uint64_t page = address & ~(PAGE - 1);

	return jhash2((uint32_t)page, (uint32_t)(page >> 32),
		      (uint32_t)(address - page)) &
	       (buckets - 1);
}

static void wait_a_moment(const uint32_t *word)
{
	const struct futexsync_time soon = { .tv_nsec = 1 };

	futexsync_wait_for(word, 0, false, &soon);
}

/* A larger table takes the place of the old one with the next call. */
static int size_of_own_table(const uint32_t *word)
{
	int size, before;

	size = futexsync_hash_get_slots();
	do {
		before = size;
		wait_a_moment(word);
		size = futexsync_hash_get_slots();
	} while (size != before);
	return size;
}

/* Return: 0; -EAGAIN: the device has not seen enough waits yet; -errno. */
static int ask(struct futexwatch_session *session,
	       struct futexwatch_word *asked, uint32_t count)
{
	uint32_t i;
	int ret = futexwatch_words(session, asked, count);

	for (i = 0; i < count && !ret; i++)
		ret = -(int)asked[i].status;
	return ret;
}

static int watch_myself(struct futexwatch_session *session)
{
	struct futexwatch_config config = { .flags = FUTEXWATCH_CFG_TABLE };
	uint32_t pid = (uint32_t)getpid();
	int ret;

	config.nr_pids = 1;
	config.pids = (uintptr_t)&pid;
	ret = futexwatch_configure(session, &config);
	return ret ? ret : futexwatch_start(session);
}

/*
 * The device proves where the table is from waits that it sees, and says
 * nothing before. If nobody has watched yet, some of our own will do.
 */
static int ask_until_known(struct futexwatch_session *session,
			   struct futexwatch_word *asked, uint32_t count)
{
	uint32_t i, k;
	int ret;

	ret = ask(session, asked, count);
	if (ret != -EAGAIN)
		return ret;
	ret = watch_myself(session);
	for (i = 0; i < ROUNDS && !ret; i++) {
		for (k = 0; k < PROOFS; k++)
			wait_a_moment((const uint32_t *)(uintptr_t)
					      asked[k * (count / PROOFS)]
						      .address);
		ret = ask(session, asked, count);
		if (ret != -EAGAIN)
			return ret;
		ret = 0;
	}
	return ret ? ret : -EAGAIN;
}

/* Return: log2 of the number of buckets, or -errno. */
static int ask_device(const uint32_t *words, uint32_t *bucket, uint32_t count)
{
	struct futexwatch_word *asked = calloc(count, sizeof(*asked));
	struct futexwatch_session *session = NULL;
	uint32_t i;
	int ret;

	if (!asked)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		asked[i].address = (uintptr_t)&words[i];
		asked[i].pid = (uint32_t)getpid();
		asked[i].flags = FUTEXWATCH_F_PRIVATE;
	}
	ret = futexwatch_open(NULL, &session);
	if (!ret)
		ret = ask_until_known(session, asked, count);
	futexwatch_close(session);
	for (i = 0; i < count && !ret; i++)
		bucket[i] = asked[i].bucket;
	if (!ret)
		ret = asked[0].table_order;
	free(asked);
	return ret;
}

static int find_in_own(const uint32_t *words, uint32_t *bucket, uint32_t count,
		       struct table *table)
{
	uint32_t *told = calloc(count, sizeof(*told));
	uint32_t i;
	int ret = 0;

	if (!told)
		return -ENOMEM;
	for (i = 0; i < count; i++)
		bucket[i] = compute(&words[i], table->buckets);
	table->device = ask_device(words, told, count) >= 0;
	if (table->device && memcmp(told, bucket, count * sizeof(*told)))
		ret = -EPROTO;
	free(told);
	return ret;
}

int find_buckets(const uint32_t *words, uint32_t *bucket, uint32_t count,
		 struct table *table)
{
	int ret = size_of_own_table(words);

	memset(table, 0, sizeof(*table));
	table->own = ret > 0;
	if (table->own) {
		table->buckets = (uint32_t)ret;
		return find_in_own(words, bucket, count, table);
	}
	ret = ask_device(words, bucket, count);
	if (ret < 0)
		return ret;
	table->device = true;
	table->buckets = 1U << ret;
	return 0;
}
