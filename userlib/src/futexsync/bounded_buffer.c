// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - bounded buffer: its life, and the ring of elements */

#include "buffer.h"
#include "forget.h"
#include "probes.h"

#include <limits.h>
#include <string.h>

_Static_assert(offsetof(struct bb, classic) == BB_ALIGN, "no holes");
_Static_assert(offsetof(struct bb, robust) == BB_ALIGN, "no holes");
_Static_assert(sizeof(struct bb_robust) == 48, "no holes, in 32 and 64 bits");
_Static_assert(offsetof(struct bb, head) ==
		       BB_ALIGN + sizeof(struct bb_classic),
	       "no holes");
#ifndef BB_PADDED
_Static_assert(sizeof(struct bb) == 2 * BB_ALIGN,
	       "all that changes lies in one cache line");
#endif

static bool misplaced(const struct bb *bb, size_t len)
{
	return !bb || (uintptr_t)bb % BB_ALIGN || len < sizeof(*bb) ||
	       (uintptr_t)bb + len < (uintptr_t)bb;
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

static int init_sync(struct bb *bb)
{
	bool shared = bb->flags & BB_SHARED;

	if (bb_is_robust(bb))
		return fmutex_init(&bb->robust.lock,
				   FMUTEX_SHARED | FMUTEX_ROBUST);
	fsem_init(&bb->classic.slots, (uint32_t)bb->capacity, shared);
	fsem_init(&bb->classic.items, 0, shared);
	fsem_init(&bb->classic.mutex, 1, shared);
	return 0;
}

int bb_init_with(struct bb *bb, size_t len, size_t capacity, size_t elem_size,
		 unsigned int flags)
{
	ssize_t size = bb_size_needed(capacity, elem_size);
	int err;

	if (size < 0)
		return (int)size;
	if (misplaced(bb, len) || (size_t)size > len || flags & ~BB_FLAGS_USER)
		return -EINVAL;
	if (flags & BB_ROBUST && !(flags & BB_SHARED))
		return -EINVAL;
	memset(bb, 0, sizeof(*bb));
	bb->version = BB_VERSION;
	bb->header_size = sizeof(*bb);
	bb->flags = flags | BB_LAYOUT;
	bb->capacity = capacity;
	bb->elem_size = elem_size;
	bb->size = (uint64_t)size;
	err = init_sync(bb);
	if (err)
		return err;
	/* Pairs with the load in bb_attach(): the magic vouches for the rest */
	__atomic_store_n(&bb->magic, BB_MAGIC, __ATOMIC_RELEASE);
	return 0;
}

int bb_init(struct bb *bb, size_t len, size_t capacity, size_t elem_size,
	    bool shared)
{
	return bb_init_with(bb, len, capacity, elem_size,
			    shared ? BB_SHARED : 0);
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

/* Each for itself: the two may move while we look. */
static bool indexes_in_range(const struct bb *bb)
{
	uint64_t end = 2 * bb->capacity;

	return __atomic_load_n(&bb->head, __ATOMIC_RELAXED) < end &&
	       __atomic_load_n(&bb->tail, __ATOMIC_RELAXED) < end;
}

int bb_attach(struct bb *bb, size_t len)
{
	if (misplaced(bb, len))
		return -EINVAL;
	if (__atomic_load_n(&bb->magic, __ATOMIC_ACQUIRE) != BB_MAGIC ||
	    bb->version != BB_VERSION || bb->header_size != sizeof(*bb) ||
	    (bb->flags & ~BB_ROBUST) != (BB_SHARED | BB_LAYOUT))
		return -EPROTO;
	if (!sizes_agree(bb, len) || !indexes_in_range(bb))
		return -EPROTO;
	return 0;
}

int bb_destroy(struct bb *bb)
{
	int err = bb_usable(bb);

	if (!err)
		err = bb_is_robust(bb) ? bb_robust_destroy(bb)
				       : bb_classic_destroy(bb);
	if (err)
		return err;
	__atomic_store_n(&bb->magic, 0, __ATOMIC_RELAXED);
	forget_name(bb, (size_t)bb->size);
	return 0;
}

int bb_close(struct bb *bb)
{
	int err = bb_usable(bb);

	if (err)
		return err;
	FUTEXSYNC_PROBE(bb_close, bb);
	return bb_is_robust(bb) ? bb_robust_close(bb) : bb_classic_close(bb);
}

ssize_t bb_capacity(const struct bb *bb)
{
	int err = bb_usable(bb);

	return err ? err : (ssize_t)bb->capacity;
}

ssize_t bb_elem_size(const struct bb *bb)
{
	int err = bb_usable(bb);

	return err ? err : (ssize_t)bb->elem_size;
}

/* As long as @tail stays, @head - @tail is the count when @head was read. */
static int count_places(const struct bb *bb)
{
	uint32_t tail = __atomic_load_n(&bb->tail, __ATOMIC_ACQUIRE);
	uint32_t head, before;

	do {
		before = tail;
		head = __atomic_load_n(&bb->head, __ATOMIC_ACQUIRE);
		tail = __atomic_load_n(&bb->tail, __ATOMIC_ACQUIRE);
	} while (tail != before);
	return (int)bb_used_between(bb, head, tail);
}

int bb_count(const struct bb *bb)
{
	int err = bb_usable(bb);

	return err ? err : count_places(bb);
}

static char *place(struct bb *bb, uint32_t at)
{
	return (char *)bb + sizeof(*bb) + (size_t)at * (size_t)bb->elem_size;
}

/*
 * The @n places from @index on, the first @run of which lie in one piece from
 * @at on, and the rest from the beginning of the ring on.
 */
struct stretch {
	uint32_t at;
	uint32_t run;
	uint32_t next; /* the index behind them */
};

static struct stretch stretch(const struct bb *bb, uint32_t index, uint32_t n)
{
	uint32_t capacity = (uint32_t)bb->capacity;
	struct stretch s = {
		.at = index < capacity ? index : index - capacity,
		.next = index < 2 * capacity - n ? index + n
						 : index + n - 2 * capacity,
	};

	s.run = n < capacity - s.at ? n : capacity - s.at;
	return s;
}

void bb_ring_in(struct bb *bb, const void *elems, uint32_t n)
{
	struct stretch s = stretch(bb, bb->head, n);
	size_t first = (size_t)s.run * (size_t)bb->elem_size;
	size_t rest = (size_t)(n - s.run) * (size_t)bb->elem_size;

	memcpy(place(bb, s.at), elems, first);
	if (rest)
		memcpy(place(bb, 0), (const char *)elems + first, rest);
	/*
	 * The one store that makes them elements. A process that is killed
	 * before it has put none, one that is killed after it has put all; the
	 * next under the lock sees the copies first (release).
	 */
	__atomic_store_n(&bb->head, s.next, __ATOMIC_RELEASE);
}

void bb_ring_out(struct bb *bb, void *elems, uint32_t n)
{
	struct stretch s = stretch(bb, bb->tail, n);
	size_t first = (size_t)s.run * (size_t)bb->elem_size;
	size_t rest = (size_t)(n - s.run) * (size_t)bb->elem_size;

	memcpy(elems, place(bb, s.at), first);
	if (rest)
		memcpy((char *)elems + first, place(bb, 0), rest);
	/* As in bb_ring_in(): until here they stay for another to get. */
	__atomic_store_n(&bb->tail, s.next, __ATOMIC_RELEASE);
}
