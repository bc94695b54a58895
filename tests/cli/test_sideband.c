// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - cli tests: processes put together from perf's records */

#include "harness.h"

#include <linux/perf_event.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "maps.h"
#include "side_ring.h"
#include "sideband.h"

static char bytes[65536];
static size_t used;

static void *add(uint16_t type, uint16_t misc, size_t body, uint64_t ns)
{
	struct perf_event_header *h = (void *)(bytes + used);
	size_t size = (sizeof(*h) + body + 7) / 8 * 8 + sizeof(ns);

	memset(h, 0, size);
	h->type = type;
	h->misc = misc;
	h->size = (uint16_t)size;
	memcpy((char *)h + size - sizeof(ns), &ns, sizeof(ns));
	used += size;
	return h + 1;
}

static void add_exec(uint32_t pid, uint64_t ns)
{
	uint32_t *body =
		add(PERF_RECORD_COMM, PERF_RECORD_MISC_COMM_EXEC, 24, ns);

	body[0] = pid;
	body[1] = pid;
}

static void add_mmap(uint32_t pid, uint64_t start, uint64_t end,
		     const char *path, uint64_t inode, uint64_t ns)
{
	struct side_mmap *m =
		add(PERF_RECORD_MMAP2, 0, sizeof(*m) + strlen(path) + 1, ns);

	m->pid = pid;
	m->tid = pid;
	m->address = start;
	m->len = end - start;
	m->major = 8;
	m->minor = 1;
	m->inode = inode;
	m->prot = PROT_READ | PROT_WRITE;
	m->flags = MAP_PRIVATE;
	memcpy(m->path, path, strlen(path));
}

static void add_task(uint16_t type, uint32_t pid, uint32_t parent, uint64_t ns)
{
	struct side_task *task = add(type, 0, sizeof(*task), ns);

	task->pid = pid;
	task->tid = pid;
	task->parent = parent;
	task->parent_tid = parent;
}

static struct sideband *take(void)
{
	struct sideband *s = sideband_new();

	sideband_take(s, bytes, used, UINT64_MAX);
	used = 0;
	return s;
}

/* Whether the maps at @ns say that @address is in @path; NULL: no maps. */
static bool is_mapped(struct sideband *s, uint32_t pid, uint64_t ns,
		      uint64_t address, const char *path)
{
	const struct mapping *m;
	struct maps *maps;
	char *exe = NULL;
	bool same;
	int over;
	char *text = sideband_maps(s, pid, ns, &over, &exe);

	free(exe);
	if (!text)
		return !path;
	maps = maps_parse(text);
	m = maps_find(maps, address);
	same = m ? path && !strcmp(m->path, path) : !path;
	maps_free(maps);
	free(text);
	return same;
}

TEST(a_process_is_what_it_mapped_since_its_exec)
{
	struct sideband *s;
	char *exe = NULL;
	char *text;
	int over;

	add_mmap(5, 0x1000, 0x2000, "/bin/before", 1, 5);
	add_exec(5, 10);
	add_mmap(5, 0x400000, 0x401000, "/bin/first", 2, 11);
	add_mmap(5, 0x700000, 0x708000, "/lib/libc.so", 3, 12);
	add_mmap(5, 0x702000, 0x704000, "//anon", 0, 13);
	add_task(PERF_RECORD_EXIT, 5, 1, 20);
	s = take();
	CHECK(is_mapped(s, 5, 0, 0x400010, "/bin/first"));
	CHECK(is_mapped(s, 5, 0, 0x701fff, "/lib/libc.so"));
	CHECK(is_mapped(s, 5, 0, 0x702000, ""));
	CHECK(is_mapped(s, 5, 0, 0x704000, "/lib/libc.so"));
	CHECK(is_mapped(s, 5, 0, 0x1000, NULL));
	CHECK(is_mapped(s, 6, 0, 0x1000, NULL));
	text = sideband_maps(s, 5, 0, &over, &exe);
	CHECK(over);
	CHECK(exe && !strcmp(exe, "/bin/first"));
	CHECK(strstr(text, "704000-708000 rw-p 00004000 08:01 3   /lib"));
	free(text);
	free(exe);
	sideband_free(s);
}

TEST(each_program_of_a_process_is_told_by_its_time)
{
	struct sideband *s;
	char *exe = NULL;
	int over;

	add_exec(5, 10);
	add_mmap(5, 0x400000, 0x401000, "/bin/first", 2, 11);
	add_exec(5, 20);
	add_mmap(5, 0x400000, 0x401000, "/bin/second", 3, 21);
	s = take();
	CHECK(is_mapped(s, 5, 15, 0x400000, "/bin/first"));
	CHECK(is_mapped(s, 5, 25, 0x400000, "/bin/second"));
	CHECK(is_mapped(s, 5, 0, 0x400000, "/bin/second"));
	free(sideband_maps(s, 5, 15, &over, &exe));
	CHECK(over);
	free(exe);
	exe = NULL;
	free(sideband_maps(s, 5, 25, &over, &exe));
	CHECK(!over);
	free(exe);
	sideband_free(s);
}

/* The CPUs' records come one CPU after the other. */
TEST(a_child_has_what_its_parent_had_by_then)
{
	struct sideband *s;

	add_mmap(6, 0x800000, 0x801000, "/tmp/child", 4, 31);
	add_task(PERF_RECORD_FORK, 6, 5, 30);
	add_exec(5, 10);
	add_mmap(5, 0x400000, 0x401000, "/bin/first", 2, 11);
	add_mmap(5, 0x500000, 0x501000, "/tmp/later", 2, 40);
	s = take();
	CHECK(is_mapped(s, 6, 0, 0x400000, "/bin/first"));
	CHECK(is_mapped(s, 6, 0, 0x800000, "/tmp/child"));
	CHECK(is_mapped(s, 6, 0, 0x500000, NULL));
	CHECK(is_mapped(s, 5, 0, 0x800000, NULL));
	sideband_free(s);
}

TEST(losses_are_counted_and_nonsense_ends_the_reading)
{
	struct perf_event_header *h;
	struct sideband *s;
	uint64_t *body;

	body = add(PERF_RECORD_LOST, 0, 16, 10);
	body[1] = 7;
	add_exec(5, 10);
	add_mmap(5, 0x400000, 0x401000, "/bin/a\nb", 2, 11);
	h = (void *)(bytes + used);
	add_mmap(5, 0x500000, 0x501000, "/bin/never", 2, 12);
	h->size = 4;
	s = take();
	CHECK_EQ(sideband_lost(s), 7);
	CHECK(is_mapped(s, 5, 0, 0x400000, "/bin/a\\012b"));
	CHECK(is_mapped(s, 5, 0, 0x500000, NULL));
	sideband_free(s);
}

TEST(a_path_without_an_end_ends_with_its_record)
{
	struct side_mmap *m;
	struct sideband *s;

	add_exec(5, 10);
	add_mmap(5, 0x400000, 0x401000, "/bin/xxxxxxxxx", 2, 11);
	m = (void *)(bytes + used);
	m = add(PERF_RECORD_MMAP2, 0, sizeof(*m) + 8, 12);
	m->pid = 5;
	m->address = 0x600000;
	m->len = 0x1000;
	memset(m->path, 'y', 8);
	add(PERF_RECORD_MMAP2, 0, 4, 13);
	s = take();
	CHECK(is_mapped(s, 5, 0, 0x600000, "yyyyyyyy"));
	sideband_free(s);
}

/* Another CPU's memory was read a moment earlier, before it was born there. */
TEST(what_comes_while_it_reads_waits_for_what_led_to_it)
{
	struct sideband *s = sideband_new();

	add_exec(1, 5);
	add_mmap(1, 0x400000, 0x401000, "/bin/sh", 1, 6);
	add_exec(7, 22);
	add_mmap(7, 0x400000, 0x401000, "/bin/brief", 2, 23);
	add_task(PERF_RECORD_EXIT, 7, 1, 24);
	sideband_take(s, bytes, used, 20);
	CHECK(is_mapped(s, 1, 0, 0x400000, "/bin/sh"));
	CHECK(is_mapped(s, 7, 0, 0x400000, NULL));
	used = 0;
	add_task(PERF_RECORD_FORK, 7, 1, 21);
	sideband_take(s, bytes, used, 30);
	CHECK(is_mapped(s, 7, 0, 0x400000, "/bin/brief"));
	CHECK(is_mapped(s, 7, 21, 0x400000, "/bin/sh"));
	used = 0;
	add_exec(7, 90);
	sideband_take(s, bytes, used, 30);
	used = 0;
	sideband_free(s);
}
