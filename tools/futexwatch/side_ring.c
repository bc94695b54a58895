// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - perf's records about processes, and the memory they come in */

#include "side_ring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "mem.h"

/* A power of two; a mapping takes a hundred bytes or two. */
#define DATA_LEN (256U << 10)

static int open_event(int cpu)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_DUMMY,
		.sample_period = 1,
		.sample_type = PERF_SAMPLE_TIME,
		.exclude_kernel = 1,
		.exclude_hv = 1,
		.mmap = 1,
		.mmap_data = 1,
		.mmap2 = 1,
		.comm = 1,
		.comm_exec = 1,
		.task = 1,
		.sample_id_all = 1,
		.watermark = 1,
		.wakeup_watermark = DATA_LEN / 4,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
	};

	return (int)syscall(SYS_perf_event_open, &attr, -1, cpu, -1,
			    PERF_FLAG_FD_CLOEXEC);
}

/* -errno; a CPU that is not there is -ENODEV. */
static int open_ring(struct side_ring *ring, int cpu)
{
	size_t page_len = (size_t)sysconf(_SC_PAGESIZE);
	void *page;

	ring->fd = open_event(cpu);
	if (ring->fd < 0)
		return -errno;
	ring->len = page_len + DATA_LEN;
	page = mmap(NULL, ring->len, PROT_READ | PROT_WRITE, MAP_SHARED,
		    ring->fd, 0);
	if (page == MAP_FAILED) {
		close(ring->fd);
		return -ENOMEM;
	}
	ring->page = page;
	ring->copy = mem_zalloc(DATA_LEN);
	return 0;
}

struct side_ring *side_rings_open(size_t *nr)
{
	struct side_ring *rings = NULL;
	long cpus = sysconf(_SC_NPROCESSORS_CONF);

	*nr = 0;
	for (int cpu = 0; cpu < cpus; cpu++) {
		int err;

		rings = mem_grow(rings, *nr, sizeof(*rings));
		err = open_ring(&rings[*nr], cpu);
		if (!err) {
			(*nr)++;
		} else if (err != -ENODEV) {
			side_rings_close(rings, *nr);
			return NULL;
		}
	}
	if (*nr)
		return rings;
	free(rings);
	return NULL;
}

void side_rings_close(struct side_ring *rings, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		munmap(rings[i].page, rings[i].len);
		close(rings[i].fd);
		free(rings[i].copy);
	}
	free(rings);
}

void side_ring_split(const void *records, size_t len, side_record_fn fn,
		     void *arg)
{
	const char *at = records;

	while (len >= sizeof(struct perf_event_header)) {
		const struct perf_event_header *h = (const void *)at;

		if (h->size < sizeof(*h) + sizeof(uint64_t) || h->size > len ||
		    h->size % 8)
			return;
		fn(arg, h);
		at += h->size;
		len -= h->size;
	}
}

void side_ring_drain(struct side_ring *ring, side_record_fn fn, void *arg)
{
	const char *data = (const char *)ring->page + ring->page->data_offset;
	/* Pairs with the kernel's barrier before it moves data_head. */
	uint64_t head =
		__atomic_load_n(&ring->page->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = ring->page->data_tail;
	uint64_t len = head - tail;

	if (!len || len > DATA_LEN)
		return;
	for (uint64_t done = 0; done < len;) {
		uint64_t from = (tail + done) % DATA_LEN;
		uint64_t part = len - done;

		if (part > DATA_LEN - from)
			part = DATA_LEN - from;
		memcpy(ring->copy + done, data + from, part);
		done += part;
	}
	/* Pairs with the kernel's look at data_tail before it overwrites. */
	__atomic_store_n(&ring->page->data_tail, head, __ATOMIC_RELEASE);
	side_ring_split(ring->copy, len, fn, arg);
}
