// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device tests: words to wait on, and the buckets they are in */

#include "buckets.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../programs/worker.h"

#define AREA_BYTES (AREA_WORDS * sizeof(uint32_t))

static uint32_t *areas[AREAS];

static uint32_t *map(int flags, int fd)
{
	void *at = mmap(NULL, AREA_BYTES, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (at == MAP_FAILED)
		bail_out("mmap: %s", strerror(errno));
	return at;
}

static uint32_t *map_file(int fd)
{
	if (fd < 0 || ftruncate(fd, AREA_BYTES))
		bail_out("a file to map: %s", strerror(errno));
	return map(MAP_SHARED, fd);
}

void areas_map(void)
{
	FILE *file;

	if (areas[0])
		return;
	file = tmpfile();
	areas[AREA_PRIVATE] = map(MAP_PRIVATE | MAP_ANONYMOUS, -1);
	areas[AREA_MM] = areas[AREA_PRIVATE];
	areas[AREA_ANONYMOUS] = map(MAP_SHARED | MAP_ANONYMOUS, -1);
	areas[AREA_MEMFD] = map_file(memfd_create("buckets", 0));
	areas[AREA_FILE] = map_file(file ? fileno(file) : -1);
}

uint32_t *area_word(enum area area, uint32_t i)
{
	return &areas[area][i % AREA_WORDS];
}

void wait_a_moment(enum area area, uint32_t *word)
{
	static const struct timespec soon = { .tv_nsec = 1 };
	long ret;

	worker_shared = area != AREA_PRIVATE;
	ret = call_futex(
		CALL(.word = word, .op = FUTEX_WAIT, .timeout = &soon));
	worker_shared = false;
	if (ret != -ETIMEDOUT)
		bail_out("a wait ended with %ld", ret);
}

void prove(void)
{
	uint32_t i, area;

	areas_map();
	for (area = 0; area < AREAS; area++)
		for (i = 0; i < 100; i++)
			wait_a_moment(area, area_word(area, i * 1031));
}

struct futexwatch_buckets must_ask(struct futexwatch_base *bases, uint32_t room)
{
	struct futexwatch_buckets b = {
		.size = sizeof(b),
		.item_size = sizeof(*bases),
		.count = room,
		.bases = (uintptr_t)bases,
	};
	int fd = must_open();
	int ret = device_call(fd, FUTEXWATCH_IOC_BUCKETS, &b);

	if (ret)
		bail_out("BUCKETS: %s", strerror(-ret));
	close(fd);
	return b;
}

void must_find(struct futexwatch_word *words, uint32_t count)
{
	struct futexwatch_words w = {
		.size = sizeof(w),
		.count = count,
		.item_size = sizeof(*words),
		.words = (uintptr_t)words,
	};
	int fd = must_open();
	int ret = device_call(fd, FUTEXWATCH_IOC_WORDS, &w);

	if (ret)
		bail_out("WORDS: %s", strerror(-ret));
	close(fd);
}

struct futexwatch_word must_find_one(enum area area, const uint32_t *word)
{
	struct futexwatch_word w = {
		.address = (uintptr_t)word,
		.pid = (uint32_t)getpid(),
		.flags = area == AREA_PRIVATE ? FUTEXWATCH_F_PRIVATE : 0,
	};

	must_find(&w, 1);
	return w;
}

uint64_t disagreements(void)
{
	struct futexwatch_base bases[64];
	struct futexwatch_buckets b = must_ask(bases, 64);
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < b.count && i < 64; i++)
		sum += bases[i].disagreed;
	return sum;
}
