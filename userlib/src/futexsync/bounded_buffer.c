// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - bounded buffer: a ring under three semaphores */

/*
 * The classic exercise. `slots` counts the free places, `items` the filled
 * ones, `mutex` is 1 when nobody touches the ring:
 *
 *	put: wait(slots), wait(mutex), copy, post(mutex), post(items)
 *	get: wait(items), wait(mutex), copy, post(mutex), post(slots)
 *
 * The mutex comes second, or a producer would hold it while it waits for room
 * that only a consumer behind the mutex can make.
 */

#include <futexsync/bounded_buffer.h>
#include <futexsync/sem.h>

#include <limits.h>
#include <string.h>

#define BB_MAGIC   0x46584242U /* "FXBB" */
#define BB_VERSION 1U
#define BB_SHARED  1U

/*
 * What shared memory begins with, the same for 32-bit and 64-bit processes.
 * The first line never changes after init; the semaphores have a cache line
 * each, since they are written from all sides.
 */
struct bb {
	uint32_t magic; /* written last in init, first in destroy */
	uint32_t version; /* of this layout */
	uint32_t header_size; /* offset of the first element */
	uint32_t flags;
	uint64_t capacity; /* elements */
	uint64_t elem_size; /* bytes, also the distance of two elements */
	uint64_t size; /* bytes, header and elements */
	uint8_t pad0[24];

	struct fsem slots;
	uint8_t pad1[48];

	struct fsem items;
	uint8_t pad2[48];

	struct fsem mutex; /* guards head, tail and the elements */
	uint32_t head; /* where the next put writes, < capacity */
	uint32_t tail; /* where the next get reads, < capacity */
	uint8_t pad3[40];
};

_Static_assert(sizeof(struct bb) == 4 * BB_ALIGN, "no holes");
_Static_assert(offsetof(struct bb, slots) == 1 * BB_ALIGN, "no holes");
_Static_assert(offsetof(struct bb, items) == 2 * BB_ALIGN, "no holes");
_Static_assert(offsetof(struct bb, mutex) == 3 * BB_ALIGN, "no holes");

static bool misplaced(const struct bb *bb, size_t len)
{
	return !bb || (uintptr_t)bb % BB_ALIGN || len < sizeof(*bb);
}

ssize_t bb_size_needed(size_t capacity, size_t elem_size)
{
	size_t size;

	if (!capacity || capacity > FSEM_VALUE_MAX || !elem_size)
		return -EINVAL;
	if (__builtin_mul_overflow(capacity, elem_size, &size) ||
	    __builtin_add_overflow(size, sizeof(struct bb), &size) ||
	    size > SSIZE_MAX)
		return -EOVERFLOW;
	return (ssize_t)size;
}

int bb_init(struct bb *bb, size_t len, size_t capacity, size_t elem_size,
	    bool shared)
{
	ssize_t size = bb_size_needed(capacity, elem_size);

	if (size < 0)
		return (int)size;
	if (misplaced(bb, len) || (size_t)size > len)
		return -EINVAL;
	memset(bb, 0, sizeof(*bb));
	bb->version = BB_VERSION;
	bb->header_size = sizeof(*bb);
	bb->flags = shared ? BB_SHARED : 0;
	bb->capacity = capacity;
	bb->elem_size = elem_size;
	bb->size = (uint64_t)size;
	fsem_init(&bb->slots, (uint32_t)capacity, shared);
	fsem_init(&bb->items, 0, shared);
	fsem_init(&bb->mutex, 1, shared);
	/* Pairs with the load in bb_attach(): the magic vouches for the rest */
	__atomic_store_n(&bb->magic, BB_MAGIC, __ATOMIC_RELEASE);
	return 0;
}

/* The sizes as another process wrote them: they may not fit in a size_t. */
static bool sizes_agree(const struct bb *bb, size_t len)
{
	ssize_t size;

	if (bb->capacity > FSEM_VALUE_MAX || bb->elem_size > SSIZE_MAX)
		return false;
	size = bb_size_needed(bb->capacity, bb->elem_size);
	return size > 0 && (uint64_t)size == bb->size && bb->size <= len;
}

int bb_attach(struct bb *bb, size_t len)
{
	if (misplaced(bb, len))
		return -EINVAL;
	if (__atomic_load_n(&bb->magic, __ATOMIC_ACQUIRE) != BB_MAGIC ||
	    bb->version != BB_VERSION || bb->header_size != sizeof(*bb) ||
	    bb->flags != BB_SHARED)
		return -EPROTO;
	if (!sizes_agree(bb, len) ||
	    __atomic_load_n(&bb->head, __ATOMIC_RELAXED) >= bb->capacity ||
	    __atomic_load_n(&bb->tail, __ATOMIC_RELAXED) >= bb->capacity)
		return -EPROTO;
	return 0;
}

int bb_destroy(struct bb *bb)
{
	if (!bb)
		return -EINVAL;
	if (fsem_destroy(&bb->slots) || fsem_destroy(&bb->items) ||
	    fsem_destroy(&bb->mutex) || fsem_trywait(&bb->mutex))
		return -EBUSY;
	__atomic_store_n(&bb->magic, 0, __ATOMIC_RELAXED);
	return 0;
}

/* The place at *@index, which moves on to the next one. Under the mutex. */
static void *step(struct bb *bb, uint32_t *index)
{
	uint32_t at = *index;
	uint32_t next = at + 1 == bb->capacity ? 0 : at + 1;

	/* Atomic for bb_attach(), which looks at it without the mutex. */
	__atomic_store_n(index, next, __ATOMIC_RELAXED);
	return (char *)bb + sizeof(*bb) + (size_t)at * bb->elem_size;
}

/* Lock the ring for the holder of a token of @sem, who loses it on failure. */
static int lock_with(struct bb *bb, struct fsem *sem,
		     const struct futexsync_time *abs, int clockid)
{
	int err = fsem_wait_until64(&bb->mutex, abs, clockid);

	if (err)
		fsem_post(sem);
	return err;
}

static int put_reserved(struct bb *bb, const void *elem,
			const struct futexsync_time *abs, int clockid)
{
	int err = lock_with(bb, &bb->slots, abs, clockid);

	if (err)
		return err;
	memcpy(step(bb, &bb->head), elem, bb->elem_size);
	fsem_post(&bb->mutex);
	return fsem_post(&bb->items);
}

static int get_reserved(struct bb *bb, void *elem,
			const struct futexsync_time *abs, int clockid)
{
	int err = lock_with(bb, &bb->items, abs, clockid);

	if (err)
		return err;
	memcpy(elem, step(bb, &bb->tail), bb->elem_size);
	fsem_post(&bb->mutex);
	return fsem_post(&bb->slots);
}

int bb_put_until64(struct bb *bb, const void *elem,
		   const struct futexsync_time *abs, int clockid)
{
	int err;

	if (!bb || !elem)
		return -EINVAL;
	err = fsem_wait_until64(&bb->slots, abs, clockid);
	return err ? err : put_reserved(bb, elem, abs, clockid);
}

int bb_get_until64(struct bb *bb, void *elem, const struct futexsync_time *abs,
		   int clockid)
{
	int err;

	if (!bb || !elem)
		return -EINVAL;
	err = fsem_wait_until64(&bb->items, abs, clockid);
	return err ? err : get_reserved(bb, elem, abs, clockid);
}

int bb_put(struct bb *bb, const void *elem)
{
	return bb_put_until64(bb, elem, NULL, 0);
}

int bb_get(struct bb *bb, void *elem)
{
	return bb_get_until64(bb, elem, NULL, 0);
}

int bb_try_put(struct bb *bb, const void *elem)
{
	int err;

	if (!bb || !elem)
		return -EINVAL;
	err = fsem_trywait(&bb->slots);
	return err ? err : put_reserved(bb, elem, NULL, 0);
}

int bb_try_get(struct bb *bb, void *elem)
{
	int err;

	if (!bb || !elem)
		return -EINVAL;
	err = fsem_trywait(&bb->items);
	return err ? err : get_reserved(bb, elem, NULL, 0);
}

int bb_count(const struct bb *bb)
{
	uint32_t count;

	if (!bb)
		return -EINVAL;
	fsem_getvalue(&bb->items, &count);
	return (int)count;
}
