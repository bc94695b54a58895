// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexwatch - client table: the cursor over rows and over waits in flight */

#include "client_session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Items per call: few enough to stay in the cache, many to save calls. */
#define BATCH 64

struct walk {
	unsigned long call;
	uint32_t flags;
	uint32_t item_size;
	int (*visit)(const struct walk *walk, void *item);
	/* the caller's, one of them by @call */
	int (*row_fn)(const struct futexwatch_row *row, void *arg);
	int (*wait_fn)(const struct futexwatch_wait *wait, void *arg);
	void *arg;
};

/* Blocks that are empty are not written, so they have to be so before. */
static void empty(struct futexwatch_row *row)
{
	const unsigned int half =
		FUTEXWATCH_HIST_BUCKETS / FUTEXWATCH_HIST_BLOCK;
	unsigned int blocks, block;
	uint32_t *hist;

	for (blocks = row->blocks; blocks; blocks &= blocks - 1) {
		block = (unsigned int)__builtin_ctz(blocks);
		hist = block < half ? row->wait_hist : row->run_hist;
		hist += block % half * FUTEXWATCH_HIST_BLOCK;
		memset(hist, 0, FUTEXWATCH_HIST_BLOCK * sizeof(*hist));
	}
}

static int visit_row(const struct walk *walk, void *item)
{
	int ret = walk->row_fn(item, walk->arg);

	empty(item);
	return ret;
}

static int visit_wait(const struct walk *walk, void *item)
{
	return walk->wait_fn(item, walk->arg);
}

/* Fills @items once, and moves the cursor on: how many came, or -errno. */
static int fill(const struct futexwatch_session *s, const struct walk *walk,
		struct futexwatch_cursor *cursor, void *items)
{
	int ret;

	cursor->size = sizeof(*cursor);
	cursor->flags = walk->flags;
	cursor->item_size = walk->item_size;
	cursor->count = BATCH;
	cursor->items = (uintptr_t)items;
	ret = fxw_session_ioctl(s, walk->call, cursor);
	if (ret < 0)
		return ret;
	return cursor->count <= BATCH ? (int)cursor->count : -EPROTO;
}

static int run(const struct futexwatch_session *s, const struct walk *walk)
{
	struct futexwatch_cursor cursor = { .position = 0 };
	char *items = calloc(BATCH, walk->item_size);
	int ret, count, i;

	if (!items)
		return -ENOMEM;
	do {
		ret = count = fill(s, walk, &cursor, items);
		for (i = 0; i < count; i++) {
			ret = walk->visit(walk, items + i * walk->item_size);
			if (ret)
				goto out;
		}
	} while (count > 0);
out:
	free(items);
	return ret;
}

/*
 * With @reset, a row that was read is zero in the kernel: when @fn ends the
 * walk early, the rest of its batch is gone with it.
 */
int futexwatch_table(struct futexwatch_session *s, bool reset,
		     int (*fn)(const struct futexwatch_row *row, void *arg),
		     void *arg)
{
	struct walk walk = {
		.call = FUTEXWATCH_IOC_TABLE,
		.flags = FUTEXWATCH_CUR_SPARSE |
			 (reset ? FUTEXWATCH_CUR_RESET : 0),
		.item_size = sizeof(struct futexwatch_row),
		.visit = visit_row,
		.row_fn = fn,
		.arg = arg,
	};

	return run(s, &walk);
}

int futexwatch_snapshot(struct futexwatch_session *s,
			int (*fn)(const struct futexwatch_wait *wait,
				  void *arg),
			void *arg)
{
	struct walk walk = {
		.call = FUTEXWATCH_IOC_SNAPSHOT,
		.item_size = sizeof(struct futexwatch_wait),
		.visit = visit_wait,
		.wait_fn = fn,
		.arg = arg,
	};

	return run(s, &walk);
}
