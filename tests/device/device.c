// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device tests: the device's calls, and futex calls to count */

#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "../programs/worker.h"

void bail_out(const char *format, ...)
{
	va_list args;

	printf("Bail out! ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	exit(1);
}

int device_open(int flags)
{
	int fd = open(FUTEXWATCH_DEVICE, flags | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int device_call(int fd, unsigned long call, void *arg)
{
	int ret = ioctl(fd, call, arg);

	return ret < 0 ? -errno : ret;
}

int device_info(int fd, struct futexwatch_info *info)
{
	/* Poison: what the kernel does not write will show. */
	memset(info, 0xcc, sizeof(*info));
	info->size = sizeof(*info);
	return device_call(fd, FUTEXWATCH_IOC_INFO, info);
}

int device_counters(int fd, uint32_t cpu, struct futexwatch_counters *c)
{
	memset(c, 0xcc, sizeof(*c));
	c->size = sizeof(*c);
	c->cpu = cpu;
	return device_call(fd, FUTEXWATCH_IOC_COUNTERS, c);
}

void *device_map(int fd, uint64_t size, int prot, uint64_t offset)
{
	return mmap(NULL, (size_t)size, prot, MAP_SHARED, fd, (off_t)offset);
}

int must_open(void)
{
	int fd = device_open(O_RDWR);

	if (fd < 0)
		bail_out("cannot open %s: %s", FUTEXWATCH_DEVICE,
			 strerror(-fd));
	return fd;
}

void must_start(int fd)
{
	int ret = device_call(fd, FUTEXWATCH_IOC_START, NULL);

	if (ret)
		bail_out("START: %s", strerror(-ret));
}

void must_stop(int fd)
{
	int ret = device_call(fd, FUTEXWATCH_IOC_STOP, NULL);

	if (ret)
		bail_out("STOP: %s", strerror(-ret));
}

struct futexwatch_counters must_count(int fd, uint32_t cpu)
{
	struct futexwatch_counters c;
	int ret = device_counters(fd, cpu, &c);

	if (ret)
		bail_out("COUNTERS: %s", strerror(-ret));
	return c;
}

struct futexwatch_info must_inform(void)
{
	struct futexwatch_info info;
	int fd = must_open();
	int ret = device_info(fd, &info);

	if (ret)
		bail_out("INFO: %s", strerror(-ret));
	close(fd);
	return info;
}

struct futexwatch_config own_config(uint32_t flags)
{
	static uint32_t self;

	self = (uint32_t)getpid();
	return (struct futexwatch_config){
		.size = sizeof(struct futexwatch_config),
		.flags = flags,
		.ring_records = flags & FUTEXWATCH_CFG_RING ? 1024 : 0,
		.table_rows = flags & FUTEXWATCH_CFG_TABLE ? 256 : 0,
		.nr_pids = 1,
		.pids = (uintptr_t)&self,
	};
}

void only_words(struct futexwatch_config *cfg, const uint32_t *first,
		const uint32_t *last)
{
	cfg->addr_first = (uintptr_t)first;
	cfg->addr_last = (uintptr_t)last;
}

static void map_rings(struct session *s)
{
	s->pages = device_map(s->fd, s->cfg.ctl_size, PROT_READ | PROT_WRITE,
			      s->cfg.ctl_offset);
	s->records = device_map(s->fd, s->cfg.data_size, PROT_READ,
				s->cfg.data_offset);
	if (s->pages == MAP_FAILED || s->records == MAP_FAILED)
		bail_out("mmap: %s", strerror(errno));
}

static void map_stacks(struct session *s)
{
	if (!s->pages)
		s->pages = device_map(s->fd, s->cfg.ctl_size,
				      PROT_READ | PROT_WRITE,
				      s->cfg.ctl_offset);
	s->stack_pages = s->pages;
	if (s->cfg.flags & FUTEXWATCH_CFG_RING)
		s->stack_pages += s->nr_rings;
	s->stacks = device_map(s->fd, s->cfg.stack_size, PROT_READ,
			       s->cfg.stack_offset);
	if (s->pages == MAP_FAILED || s->stacks == MAP_FAILED)
		bail_out("mmap: %s", strerror(errno));
}

void session_open(struct session *s, const struct futexwatch_config *cfg)
{
	struct futexwatch_info info;
	int ret;

	memset(s, 0, sizeof(*s));
	s->fd = must_open();
	s->cfg = *cfg;
	ret = device_info(s->fd, &info);
	if (!ret)
		ret = device_call(s->fd, FUTEXWATCH_IOC_CONFIG, &s->cfg);
	if (ret)
		bail_out("CONFIG: %s", strerror(-ret));
	if (info.nr_rings > MAX_RINGS)
		bail_out("too many CPUs for this test");
	s->nr_rings = info.nr_rings;
	if (s->cfg.flags & FUTEXWATCH_CFG_RING)
		map_rings(s);
	if (s->cfg.flags & FUTEXWATCH_CFG_STACKS)
		map_stacks(s);
}

void session_close(struct session *s)
{
	if (s->pages)
		munmap(s->pages, (size_t)s->cfg.ctl_size);
	if (s->records)
		munmap((void *)s->records, (size_t)s->cfg.data_size);
	if (s->stacks)
		munmap((void *)s->stacks, (size_t)s->cfg.stack_size);
	close(s->fd);
}

void session_begin(struct session *s, const struct futexwatch_config *cfg)
{
	session_open(s, cfg);
	must_start(s->fd);
}

bool take_record(struct session *s, uint32_t cpu, union futexwatch_record *rec)
{
	struct futexwatch_ring_page *page = &s->pages[cpu];
	uint64_t nr = s->cfg.ring_records, tail = page->tail;
	uint64_t oldest = __atomic_load_n(&page->oldest, __ATOMIC_RELAXED);

	if (s->cfg.flags & FUTEXWATCH_CFG_OVERWRITE && oldest > tail)
		tail = oldest;
	/* Pairs with the kernel's release of head, after the record */
	if (tail == __atomic_load_n(&page->head, __ATOMIC_ACQUIRE))
		return false;
	*rec = s->records[cpu * nr + (tail & (nr - 1))];
	/* Pairs with the kernel's acquire of tail, before it uses the slot */
	__atomic_store_n(&page->tail, tail + 1, __ATOMIC_RELEASE);
	s->gaps += rec->head.seq - s->next_seq[cpu];
	s->next_seq[cpu] = rec->head.seq + 1;
	return true;
}

bool take_any(struct session *s, union futexwatch_record *rec)
{
	uint32_t cpu;

	for (cpu = 0; cpu < s->nr_rings; cpu++) {
		if (take_record(s, cpu, rec))
			return true;
	}
	return false;
}

static bool take_stack_of(struct session *s, uint32_t cpu,
			  struct futexwatch_stack_slot *slot)
{
	struct futexwatch_ring_page *page = &s->stack_pages[cpu];
	uint64_t nr = s->cfg.stack_records, tail = page->tail;
	uint64_t oldest = __atomic_load_n(&page->oldest, __ATOMIC_RELAXED);

	if (s->cfg.flags & FUTEXWATCH_CFG_OVERWRITE && oldest > tail)
		tail = oldest;
	/* Pairs with the kernel's release of head, after the stack */
	if (tail == __atomic_load_n(&page->head, __ATOMIC_ACQUIRE))
		return false;
	memcpy(slot,
	       s->stacks + (cpu * nr + (tail & (nr - 1))) * s->cfg.stack_slot,
	       s->cfg.stack_slot);
	/* Pairs with the kernel's acquire of tail, before it uses the slot */
	__atomic_store_n(&page->tail, tail + 1, __ATOMIC_RELEASE);
	return true;
}

bool take_stack(struct session *s, struct futexwatch_stack_slot *slot)
{
	uint32_t cpu;

	for (cpu = 0; cpu < s->nr_rings; cpu++) {
		if (take_stack_of(s, cpu, slot))
			return true;
	}
	return false;
}

unsigned int take_all(struct session *s)
{
	union futexwatch_record rec;
	unsigned int n = 0;

	while (take_any(s, &rec))
		n++;
	return n;
}

/* Fills @items, of @size bytes each, by small steps: how many came. */
static unsigned int walk(int fd, unsigned long call,
			 struct futexwatch_cursor *cursor, void *items,
			 unsigned int room)
{
	unsigned int n = 0;
	int ret;

	do {
		cursor->count = room - n < 7 ? room - n : 7;
		cursor->items = (uintptr_t)items + n * cursor->item_size;
		ret = device_call(fd, call, cursor);
		if (ret)
			bail_out("cursor: %s", strerror(-ret));
		n += cursor->count;
	} while (cursor->count && n < room);
	return n;
}

unsigned int read_table(int fd, uint32_t flags, struct futexwatch_row *rows,
			unsigned int room)
{
	struct futexwatch_cursor cursor = {
		.size = sizeof(cursor),
		.flags = flags,
		.item_size = sizeof(*rows),
	};

	return walk(fd, FUTEXWATCH_IOC_TABLE, &cursor, rows, room);
}

unsigned int read_snapshot(int fd, struct futexwatch_wait *waits,
			   unsigned int room)
{
	struct futexwatch_cursor cursor = {
		.size = sizeof(cursor),
		.item_size = sizeof(*waits),
	};

	return walk(fd, FUTEXWATCH_IOC_SNAPSHOT, &cursor, waits, room);
}

const struct futexwatch_row *row_of(const struct futexwatch_row *rows,
				    unsigned int n, const uint32_t *word)
{
	for (; n; n--, rows++) {
		if (rows->address == (uintptr_t)word)
			return rows;
	}
	return NULL;
}

void wake_often(uint32_t *word, uint32_t count, unsigned int times)
{
	while (times--)
		expect_call(0,
			    CALL(.word = word, .op = FUTEX_WAKE, .val = count));
}

void wait_in_vain(uint32_t *word)
{
	expect_call(-EAGAIN,
		    CALL(.word = word, .op = FUTEX_WAIT, .val = *word + 1));
}

void pin_to(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		bail_out("cannot run on CPU %u: %s", cpu, strerror(errno));
}

uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}
