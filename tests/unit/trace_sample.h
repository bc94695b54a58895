/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - unit tests: a small recording with one item of each kind */
#ifndef TESTS_TRACE_SAMPLE_H
#define TESTS_TRACE_SAMPLE_H

#include "harness.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <futexwatch/trace.h>

#define SAMPLE_ITEMS 22

struct sample_item {
	enum futexwatch_item_type type;
	uint32_t pid;
	size_t len;
	union {
		union futexwatch_record record;
		struct futexwatch_wait wait;
		struct futexwatch_stack stack;
		struct futexwatch_counters counters;
		struct futexwatch_info info;
		char text[64];
	};
};

/* Same numbers in every run. */
static inline uint64_t sample_random(void)
{
	static uint64_t state = 88172645463325252ULL;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static inline void sample_fill(void *data, size_t len)
{
	uint8_t *at = data;

	while (len--)
		*at++ = (uint8_t)(sample_random() >> 32);
}

static inline void sample_text(struct sample_item *item,
			       enum futexwatch_item_type type, const char *text)
{
	item->type = type;
	item->pid = 4711;
	item->len = strlen(text);
	memset(item->text, 0, sizeof(item->text));
	memcpy(item->text, text, item->len);
}

/* Fills SAMPLE_ITEMS items. */
static inline void sample_items(struct sample_item *items)
{
	unsigned int i;

	memset(items, 0, SAMPLE_ITEMS * sizeof(*items));
	for (i = 0; i < 12; i++) {
		items[i].type = FUTEXWATCH_ITEM_RECORD;
		items[i].len = sizeof(items[i].record);
		sample_fill(&items[i].record, sizeof(items[i].record));
		items[i].record.head.type = 1 + i % 6;
	}
	sample_text(&items[12], FUTEXWATCH_ITEM_MAPS, "7f00-7f01 r-xp libc\n");
	sample_text(&items[13], FUTEXWATCH_ITEM_COMM, "worker");
	sample_text(&items[14], FUTEXWATCH_ITEM_EXE, "");
	sample_text(&items[15], FUTEXWATCH_ITEM_BUILD_ID, "c0ffee /bin/true");
	sample_text(&items[16], FUTEXWATCH_ITEM_META, "host=here");
	sample_text(&items[17], FUTEXWATCH_ITEM_SYMBOL, "0x10 main lock");
	items[18].type = FUTEXWATCH_ITEM_WAITING;
	items[18].len = sizeof(items[18].wait);
	items[18].wait.head.type = FUTEXWATCH_REC_WAIT;
	items[18].wait.outcome = FUTEXWATCH_OUT_WAITING;
	items[19].type = FUTEXWATCH_ITEM_COUNTERS;
	items[19].len = sizeof(items[19].counters);
	sample_fill(&items[19].counters, sizeof(items[19].counters));
	sample_text(&items[20], FUTEXWATCH_ITEM_SITE, "0 0 0 0 1\tf\tf.c\tf");
	items[21].type = FUTEXWATCH_ITEM_STACK;
	items[21].len = sizeof(items[21].stack);
	sample_fill(&items[21].stack, sizeof(items[21].stack));
}

/* A file of this process that needs no directory; its path in @path. */
static inline int sample_file(char *path, size_t room)
{
	int fd = memfd_create("recording", MFD_CLOEXEC);

	snprintf(path, room, "/proc/self/fd/%d", fd);
	return fd;
}

static inline void sample_write(const char *path,
				const struct sample_item *items, bool whole)
{
	struct futexwatch_writer *w;
	unsigned int i;

	CHECK_EQ(futexwatch_writer_open(path, &w), 0);
	for (i = 0; i < SAMPLE_ITEMS; i++)
		CHECK_EQ(futexwatch_writer_add(w, items[i].type, items[i].pid,
					       &items[i].record, items[i].len),
			 0);
	CHECK_EQ(futexwatch_writer_close(w, whole), 0);
}

static inline bool sample_equal(const struct futexwatch_item *got,
				const struct sample_item *want)
{
	bool gathered = want->type == FUTEXWATCH_ITEM_RECORD ||
			want->type == FUTEXWATCH_ITEM_WAITING ||
			want->type == FUTEXWATCH_ITEM_STACK;

	return got->type == want->type && got->len == want->len &&
	       got->pid == (gathered ? 0 : want->pid) &&
	       memcmp(got->data, &want->record, want->len) == 0;
}

/* Reads @path: how many items were right, one after the other; -1: one not. */
static inline int sample_read(struct futexwatch_reader *r,
			      const struct sample_item *items)
{
	struct futexwatch_item item;
	int ret, n = 0;

	while ((ret = futexwatch_reader_next(r, &item)) == 1) {
		if (n >= SAMPLE_ITEMS || !sample_equal(&item, &items[n]))
			return -1;
		n++;
	}
	CHECK_EQ(ret, 0);
	CHECK_EQ(futexwatch_reader_next(r, &item), 0);
	return n;
}

#endif /* TESTS_TRACE_SAMPLE_H */
