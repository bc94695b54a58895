// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what the kernel tells of processes as it happens, through perf */

#include "sideband.h"

#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#include "clock.h"
#include "map.h"
#include "mem.h"
#include "side_image.h"
#include "side_ring.h"

/* Processes whose images are kept; beyond it those of the dead go. */
#define PROCESSES_MAX 16384

/* A record, waiting for those of other CPUs that came before it. */
struct waiting {
	uint64_t ns;
	size_t order; /* at one time: as they were found */
	struct perf_event_header *record;
};

struct sideband {
	struct side_ring *rings;
	size_t nr_rings;
	int poll_fd;
	struct map images; /* struct image, the newest, by process */
	size_t nr_images;
	struct waiting *waiting;
	size_t nr_waiting;
	uint64_t lost;
};

struct sideband *sideband_new(void)
{
	struct sideband *sideband = mem_zalloc(sizeof(*sideband));

	sideband->poll_fd = -1;
	return sideband;
}

struct sideband *sideband_open(void)
{
	struct sideband *sideband = sideband_new();

	sideband->rings = side_rings_open(&sideband->nr_rings);
	if (!sideband->rings) {
		sideband_free(sideband);
		return NULL;
	}
	sideband->poll_fd = epoll_create1(EPOLL_CLOEXEC);
	for (size_t i = 0; i < sideband->nr_rings; i++) {
		struct epoll_event event = { .events = EPOLLIN };

		epoll_ctl(sideband->poll_fd, EPOLL_CTL_ADD,
			  sideband->rings[i].fd, &event);
	}
	return sideband;
}

static void drop_image(void *image)
{
	image_free(image);
}

void sideband_free(struct sideband *sideband)
{
	if (!sideband)
		return;
	for (size_t i = 0; i < sideband->nr_waiting; i++)
		free(sideband->waiting[i].record);
	side_rings_close(sideband->rings, sideband->nr_rings);
	if (sideband->poll_fd >= 0)
		close(sideband->poll_fd);
	map_free(&sideband->images, drop_image);
	free(sideband->waiting);
	free(sideband);
}

int sideband_fd(const struct sideband *sideband)
{
	return sideband ? sideband->poll_fd : -1;
}

uint64_t sideband_lost(const struct sideband *sideband)
{
	return sideband ? sideband->lost : 0;
}

static struct image *newest(const struct sideband *sideband, uint32_t pid)
{
	return map_get(&sideband->images, pid, 0);
}

static struct image *begin_image(struct sideband *sideband, uint32_t pid,
				 uint64_t ns)
{
	struct image *before = newest(sideband, pid);
	struct image *image = mem_zalloc(sizeof(*image));

	/* Who is curious about so many can look into /proc. */
	if (!before && ++sideband->nr_images > PROCESSES_MAX) {
		map_free(&sideband->images, drop_image);
		sideband->lost += sideband->nr_images;
		sideband->nr_images = 1;
	}
	if (before && !before->end_ns)
		before->end_ns = ns;
	image->before = before;
	image->begin_ns = ns;
	map_put(&sideband->images, pid, 0, image);
	return image;
}

static void take_mmap(struct sideband *sideband, const struct side_mmap *event,
		      size_t len, uint64_t ns)
{
	size_t room = len - offsetof(struct side_mmap, path);
	struct image *image = newest(sideband, event->pid);
	struct mapping m = {
		.start = event->address,
		.end = event->address + event->len,
		.offset = event->offset,
		.device = (uint64_t)event->major << 32 | event->minor,
		.inode = event->inode,
		.write = event->prot & PROT_WRITE,
		.exec = event->prot & PROT_EXEC,
		.shared = event->flags & MAP_SHARED,
	};
	char *path = mem_strndup(event->path, strnlen(event->path, room));

	if (!image || image->end_ns)
		image = begin_image(sideband, event->pid, ns);
	/* perf's words for memory without a file. */
	m.path = strcmp(path, "//anon") ? path : "";
	if (image->whole && !image->exe && *m.path == '/')
		image->exe = mem_strdup(path);
	image_add(image, &m);
	free(path);
}

static void take_fork(struct sideband *sideband, const struct side_task *event,
		      uint64_t ns)
{
	const struct image *parent;
	struct image *image;

	if (event->pid == event->parent)
		return;
	parent = newest(sideband, event->parent);
	image = begin_image(sideband, event->pid, ns);
	if (parent)
		image_copy(image, parent);
}

static void take_exit(struct sideband *sideband, const struct side_task *event,
		      uint64_t ns)
{
	struct image *image = newest(sideband, event->pid);

	/* Its first thread's end is mostly its own. */
	if (image && event->tid == event->pid && !image->end_ns)
		image->end_ns = ns;
}

static void take_record(struct sideband *sideband,
			const struct perf_event_header *h, uint64_t ns)
{
	const void *body = h + 1;
	/* What follows, without the time at its end. */
	size_t len = h->size - sizeof(*h) - sizeof(ns);

	if (h->type == PERF_RECORD_MMAP2 && len > sizeof(struct side_mmap))
		take_mmap(sideband, body, len, ns);
	else if (h->type == PERF_RECORD_FORK && len >= sizeof(struct side_task))
		take_fork(sideband, body, ns);
	else if (h->type == PERF_RECORD_EXIT && len >= sizeof(struct side_task))
		take_exit(sideband, body, ns);
	else if (h->type == PERF_RECORD_COMM && len >= sizeof(uint32_t) &&
		 h->misc & PERF_RECORD_MISC_COMM_EXEC)
		begin_image(sideband, *(const uint32_t *)body, ns)->whole =
			true;
	else if (h->type == PERF_RECORD_LOST && len >= 2 * sizeof(uint64_t))
		sideband->lost += ((const uint64_t *)body)[1];
}

static int by_time(const void *a, const void *b)
{
	const struct waiting *x = a;
	const struct waiting *y = b;

	if (x->ns != y->ns)
		return x->ns < y->ns ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* Sorts those of all CPUs by their time, and takes those until @ns. */
static void take_waiting(struct sideband *sideband, uint64_t ns)
{
	struct waiting *list = sideband->waiting;
	size_t nr = sideband->nr_waiting;
	size_t taken = 0;

	if (nr)
		qsort(list, nr, sizeof(*list), by_time);
	for (; taken < nr && list[taken].ns <= ns; taken++) {
		take_record(sideband, list[taken].record, list[taken].ns);
		free(list[taken].record);
	}
	sideband->nr_waiting = nr - taken;
	if (taken && taken < nr)
		memmove(list, list + taken, (nr - taken) * sizeof(*list));
	for (size_t i = 0; i < nr - taken; i++)
		list[i].order = i;
}

static void add_waiting(void *arg, const struct perf_event_header *record)
{
	struct sideband *sideband = arg;
	struct waiting *w;

	sideband->waiting =
		mem_grow(sideband->waiting, sideband->nr_waiting, sizeof(*w));
	w = &sideband->waiting[sideband->nr_waiting];
	w->order = sideband->nr_waiting++;
	w->record = mem_zalloc(record->size);
	memcpy(w->record, record, record->size);
	memcpy(&w->ns, (char *)w->record + record->size - sizeof(w->ns),
	       sizeof(w->ns));
}

void sideband_take(struct sideband *sideband, const void *records, size_t len,
		   uint64_t ns)
{
	side_ring_split(records, len, add_waiting, sideband);
	take_waiting(sideband, ns);
}

/*
 * One CPU's memory is read after the other's: of what happens meanwhile, the
 * beginning may be missed here and the rest found there. All that led to a
 * record from before the first look is found, so only those are taken.
 */
void sideband_drain(struct sideband *sideband)
{
	uint64_t now = clock_now();

	if (!sideband)
		return;
	for (size_t i = 0; i < sideband->nr_rings; i++)
		side_ring_drain(&sideband->rings[i], add_waiting, sideband);
	take_waiting(sideband, now);
}

static const struct image *image_at(const struct sideband *sideband,
				    uint32_t pid, uint64_t ns)
{
	const struct image *image = newest(sideband, pid);

	while (image && ns && image->begin_ns > ns)
		image = image->before;
	return image;
}

uint64_t sideband_begin(const struct sideband *sideband, uint32_t pid,
			uint64_t ns)
{
	const struct image *image = image_at(sideband, pid, ns);

	return image ? image->begin_ns : 0;
}

char *sideband_maps(const struct sideband *sideband, uint32_t pid, uint64_t ns,
		    int *over, char **exe)
{
	const struct image *image = image_at(sideband, pid, ns);

	*over = image && image->end_ns;
	if (!image || !image->whole || !image->nr)
		return NULL;
	*exe = image->exe ? mem_strdup(image->exe) : NULL;
	return image_text(image);
}
