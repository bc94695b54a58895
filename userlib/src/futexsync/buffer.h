/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - bounded buffer: what its memory holds (private) */
#ifndef FUTEXSYNC_BUFFER_H
#define FUTEXSYNC_BUFFER_H

#include <futexsync/bounded_buffer.h>
#include <futexsync/mutex.h>
#include <futexsync/sem.h>

#define BB_MAGIC   0x46584242U /* "FXBB" */
#define BB_VERSION 2U

/* What the user may ask for, and what the layout adds to it. */
#define BB_FLAGS_USER	 (BB_SHARED | BB_ROBUST)
#define BB_LAYOUT_PADDED 0x100U

/*
 * Whether the semaphores share a cache line (packed) or have one each. Since
 * waiters look seldom (sem_pace.h) the two differ by less than the measurement
 * varies: 178 and 187 ns per element for one producer and one consumer, 417
 * and 429 ns for two of each, 64 slots, on two CPUs a cache line's round trip
 * of 450 ns apart. So the smaller one it is. `make bench` has both, with and
 * without spinning (lib.bb.*.packed_spin and so on). A buffer is used only by
 * code of the same layout: the flag says which.
 */
#ifdef BB_PADDED
#define BB_LAYOUT BB_LAYOUT_PADDED
#define BB_GAP	  (BB_ALIGN - sizeof(struct fsem))
#else
#define BB_LAYOUT 0U
#define BB_GAP	  0
#endif

/* The classic three. */
struct bb_classic {
	struct fsem slots; /* free places that nobody has reserved */
	uint8_t gap0[BB_GAP];
	struct fsem items; /* elements that nobody has reserved */
	uint8_t gap1[BB_GAP];
	struct fsem mutex; /* 1: nobody touches the ring */
};

/* With BB_ROBUST: a lock that knows its owner, and where to sleep (gate). */
struct bb_robust {
	uint32_t room; /* gate of the producers; written under @lock */
	uint32_t filled; /* gate of the consumers; written under @lock */
	struct fmutex lock;
};

/*
 * What the memory begins with, the same for 32-bit and 64-bit processes. The
 * first line never changes after init. The elements follow the struct.
 *
 * @head and @tail count from 0 to 2 * capacity - 1 and around, so that full
 * (they are @capacity apart) differs from empty (they are the same), and so
 * that one store moves any number of elements in or out.
 */
struct bb {
	uint32_t magic; /* written last in init, first in destroy */
	uint32_t version; /* of this layout */
	uint32_t header_size; /* offset of the first element */
	uint32_t flags; /* BB_FLAGS_USER and the layout */
	uint64_t capacity; /* elements */
	uint64_t elem_size; /* bytes, also the distance of two elements */
	uint64_t size; /* bytes, header and elements */
	uint8_t pad0[24];

	union {
		struct bb_classic classic;
		struct bb_robust robust;
	};
	/* Written under the mutex or lock; read without it as a hint. */
	uint32_t head; /* where the next put writes */
	uint32_t tail; /* where the next get reads */
	uint32_t closed; /* 0 or 1 */
} __attribute__((__aligned__(BB_ALIGN)));

/* How long a call may wait. */
struct bb_limit {
	const struct futexsync_time *abs; /* NULL: no deadline */
	int clockid;
	bool once; /* do not wait for room or elements */
};

/* Is it a buffer at all? What else is wrong, bb_attach() tells. */
static inline int bb_usable(const struct bb *bb)
{
	if (!bb || (uintptr_t)bb % BB_ALIGN)
		return -EINVAL;
	/* Pairs with nothing: the caller has seen init or attach return. */
	return __atomic_load_n(&bb->magic, __ATOMIC_RELAXED) == BB_MAGIC
		       ? 0
		       : -EPROTO;
}

static inline bool bb_is_robust(const struct bb *bb)
{
	return bb->flags & BB_ROBUST;
}

static inline bool bb_is_closed(const struct bb *bb)
{
	return __atomic_load_n(&bb->closed, __ATOMIC_RELAXED);
}

static inline uint32_t bb_used_between(const struct bb *bb, uint32_t head,
				       uint32_t tail)
{
	uint32_t used = head - tail;

	return head >= tail ? used : used + 2 * (uint32_t)bb->capacity;
}

/* The number of elements. Under the mutex or lock. */
static inline uint32_t bb_used(const struct bb *bb)
{
	return bb_used_between(bb, bb->head, bb->tail);
}

/* Copy elements in or out and move the index by one store. Under the lock. */
void bb_ring_in(struct bb *bb, const void *elems, uint32_t n);
void bb_ring_out(struct bb *bb, void *elems, uint32_t n);

/* Move 1 to @n elements. Return: how many; or -errno as bb_put_n(). */
int bb_classic_put(struct bb *bb, const void *elems, uint32_t n,
		   const struct bb_limit *limit);
int bb_classic_get(struct bb *bb, void *elems, uint32_t n,
		   const struct bb_limit *limit);
int bb_robust_put(struct bb *bb, const void *elems, uint32_t n,
		  const struct bb_limit *limit);
int bb_robust_get(struct bb *bb, void *elems, uint32_t n,
		  const struct bb_limit *limit);

int bb_classic_close(struct bb *bb);
int bb_robust_close(struct bb *bb);
int bb_classic_destroy(struct bb *bb);
int bb_robust_destroy(struct bb *bb);

#endif /* FUTEXSYNC_BUFFER_H */
