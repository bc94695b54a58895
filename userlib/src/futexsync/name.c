// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - dynamic names: a table that others read from outside */

/*
 * Writers (fname_set, fname_clear) exclude one another with @lock and search
 * the whole table; there are few names and they are set once. Readers take no
 * lock: a debugger, another process or a signal handler looks at entries while
 * they change, and each entry has a sequence count for it:
 *
 *	writer, with the lock		reader
 *	seq = odd	  (A)		seq, acquire	     (C)
 *	fields, release			fields, acquire
 *	seq = even, release (B)		seq again: the same? (D)
 *
 * A reader that saw a field of the new entry also sees, by the pair of that
 * field's release and acquire, the odd count of (A) at (D) and tries again. If
 * (C) sees (B), all fields are those of before (B) or newer, and newer ones
 * are found out by (D).
 *
 * fork(): the mapping is private, so that the child gets a copy. The lock is
 * taken around it, so that the copy is whole and the child's lock is free.
 */

#include <futexsync/name.h>

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <futexsync/futex.h>

#include "name_table.h"
#include "probes.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif

#define TABLE_SIZE \
	(sizeof(struct name_table) + FNAME_CAPACITY * sizeof(struct name_entry))

/* Set once, with the lock; read without it, hence with acquire (E), (F). */
static struct name_table *table;

/* 0 free, 1 taken, 2 taken and perhaps somebody sleeps for it. */
static uint32_t lock;

static void lock_table(void)
{
	uint32_t is = 0;

	if (__atomic_compare_exchange_n(&lock, &is, 1, false, __ATOMIC_ACQUIRE,
					__ATOMIC_RELAXED))
		return;
	while (__atomic_exchange_n(&lock, 2, __ATOMIC_ACQUIRE))
		futexsync_wait(&lock, 2, false);
}

static void unlock_table(void)
{
	if (__atomic_exchange_n(&lock, 0, __ATOMIC_RELEASE) == 2)
		futexsync_wake(&lock, 1, false);
}

static struct name_entry *entries(const struct name_table *t)
{
	return (struct name_entry *)(uintptr_t)(t + 1);
}

/* A file without content or place, only for the name that its mapping has. */
static int open_segment(void)
{
	int fd = memfd_create(NAME_TABLE_FILE, MFD_CLOEXEC | MFD_NOEXEC_SEAL);

	if (fd < 0 && errno == EINVAL) /* before Linux 6.3 */
		fd = memfd_create(NAME_TABLE_FILE, MFD_CLOEXEC);
	if (fd >= 0 && ftruncate(fd, TABLE_SIZE)) {
		int err = errno;

		close(fd);
		errno = err;
		return -1;
	}
	return fd;
}

static int map_segment(struct name_table **out)
{
	int fd = open_segment();
	void *mem;
	int err;

	if (fd < 0)
		return -errno;
	mem = mmap(NULL, TABLE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd,
		   0);
	err = mem == MAP_FAILED ? -errno : 0;
	close(fd);
	*out = mem;
	return err;
}

static int make_table(void)
{
	static bool handles_fork;
	struct name_table *t = NULL;
	int err;

	if (!handles_fork) {
		err = pthread_atfork(lock_table, unlock_table, unlock_table);
		if (err)
			return -err;
		handles_fork = true;
	}
	err = map_segment(&t);
	if (err)
		return err;
	t->version = NAME_TABLE_VERSION;
	t->header_size = sizeof(struct name_table);
	t->entry_size = sizeof(struct name_entry);
	t->capacity = FNAME_CAPACITY;
	__atomic_store_n(&t->magic, NAME_TABLE_MAGIC, __ATOMIC_RELEASE);
	__atomic_store_n(&table, t, __ATOMIC_RELEASE); /* (E) */
	return 0;
}

static struct name_table *get_table(void)
{
	return __atomic_load_n(&table, __ATOMIC_ACQUIRE); /* (F) */
}

/* @len 0 makes the entry free. */
static void write_entry(struct name_entry *e, const void *object, size_t len,
			const uint64_t name[FNAME_MAX / 8])
{
	uint32_t seq = e->seq;
	size_t i;

	__atomic_store_n(&e->seq, seq + 1, __ATOMIC_RELAXED); /* (A) */
	__atomic_store_n(&e->address, (uintptr_t)object, __ATOMIC_RELEASE);
	__atomic_store_n(&e->len, len, __ATOMIC_RELEASE);
	for (i = 0; i < FNAME_MAX / 8; i++)
		__atomic_store_n(&e->name[i], name[i], __ATOMIC_RELEASE);
	__atomic_store_n(&e->seq, seq + 2, __ATOMIC_RELEASE); /* (B) */
}

/* The entry of this very object, or else a free one, or else NULL. */
static struct name_entry *find_entry(struct name_table *t, const void *object,
				     size_t len)
{
	struct name_entry *e = entries(t);
	struct name_entry *end = e + t->used;
	struct name_entry *unused = NULL;

	for (; e < end; e++) {
		if (e->len == len && e->address == (uintptr_t)object)
			return e;
		if (!e->len && !unused)
			unused = e;
	}
	if (unused)
		return unused;
	return t->used < t->capacity ? end : NULL;
}

static int put_name(const void *object, size_t len,
		    const uint64_t name[FNAME_MAX / 8])
{
	struct name_entry *e;
	int err;

	if (!table) {
		err = make_table();
		if (err)
			return err;
	}
	e = find_entry(table, object, len);
	if (!e) {
		__atomic_store_n(&table->refused, table->refused + 1,
				 __ATOMIC_RELAXED);
		return -ENOSPC;
	}
	write_entry(e, object, len, name);
	if (e == entries(table) + table->used)
		__atomic_store_n(&table->used, table->used + 1,
				 __ATOMIC_RELEASE); /* (G) */
	return 0;
}

static bool in_range(const void *object, size_t len)
{
	return object && len &&
	       (uintptr_t)object + (len - 1) >= (uintptr_t)object;
}

/* Control characters of ASCII; other bytes are UTF-8 or the reader's care. */
static bool has_controls(const char *name)
{
	for (; *name; name++) {
		if ((unsigned char)*name < 0x20 || *name == 0x7f)
			return true;
	}
	return false;
}

int fname_set(const void *object, size_t len, const char *name)
{
	uint64_t words[FNAME_MAX / 8] = { 0 };
	int saved = errno;
	size_t n;
	int ret;

	if (!in_range(object, len) || !name || !*name)
		return -EINVAL;
	n = strnlen(name, FNAME_MAX);
	if (n == FNAME_MAX)
		return -ENAMETOOLONG;
	if (has_controls(name))
		return -EINVAL;
	memcpy(words, name, n);
	lock_table();
	ret = put_name(object, len, words);
	unlock_table();
	errno = saved;
	FUTEXSYNC_PROBE(name_set, object, len, name);
	return ret;
}

/* Entries above @used are all free; readers may look at them, to no avail. */
static void shorten(struct name_table *t)
{
	uint32_t used = t->used;

	while (used && !entries(t)[used - 1].len)
		used--;
	__atomic_store_n(&t->used, used, __ATOMIC_RELEASE); /* (G) */
}

int fname_clear(const void *object, size_t len)
{
	static const uint64_t none[FNAME_MAX / 8];
	struct name_table *t = get_table();
	struct name_entry *e;
	int cleared = 0;

	if (!in_range(object, len))
		return -EINVAL;
	if (!t)
		return 0;
	lock_table();
	for (e = entries(t); e < entries(t) + t->used; e++) {
		if (!e->len || e->address < (uintptr_t)object ||
		    e->address - (uintptr_t)object >= len)
			continue;
		write_entry(e, NULL, 0, none);
		cleared++;
	}
	shorten(t);
	unlock_table();
	FUTEXSYNC_PROBE(name_clear, object);
	return cleared;
}

/* A writer may be the very thread that a signal interrupted: do not wait. */
static bool read_entry(const struct name_entry *e, struct name_entry *copy)
{
	int tries;
	size_t i;

	for (tries = 0; tries < 100; tries++) {
		copy->seq =
			__atomic_load_n(&e->seq, __ATOMIC_ACQUIRE); /* (C) */
		copy->address = __atomic_load_n(&e->address, __ATOMIC_ACQUIRE);
		copy->len = __atomic_load_n(&e->len, __ATOMIC_ACQUIRE);
		for (i = 0; i < FNAME_MAX / 8; i++)
			copy->name[i] =
				__atomic_load_n(&e->name[i], __ATOMIC_ACQUIRE);
		if (copy->seq % 2 == 0 &&
		    copy->seq == __atomic_load_n(&e->seq, __ATOMIC_RELAXED))
			return true; /* (D) */
	}
	return false;
}

int fname_get(const void *address, char name[FNAME_MAX])
{
	const struct name_table *t = get_table();
	struct name_entry best = { .len = 0 };
	struct name_entry copy;
	uint32_t used, i;

	if (!address || !name)
		return -EINVAL;
	/* Pairs with (G): entries below were written before. */
	used = t ? __atomic_load_n(&t->used, __ATOMIC_ACQUIRE) : 0;
	for (i = 0; i < used; i++) {
		const struct name_entry *e = entries(t) + i;

		if (!__atomic_load_n(&e->len, __ATOMIC_RELAXED) ||
		    !read_entry(e, &copy))
			continue;
		if ((uintptr_t)address - copy.address < copy.len &&
		    (!best.len || copy.len < best.len))
			best = copy;
	}
	if (!best.len)
		return -ENOENT;
	memcpy(name, best.name, FNAME_MAX);
	return 0;
}
