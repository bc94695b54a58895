/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - bounded buffer: a blocking queue of fixed-size elements */
#ifndef FUTEXSYNC_BOUNDED_BUFFER_H
#define FUTEXSYNC_BOUNDED_BUFFER_H

/*
 *	len = bb_size_needed(64, sizeof(struct job));
 *	bb = mmap(NULL, len, PROT_READ | PROT_WRITE,
 *		  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
 *	bb_init(bb, len, 64, sizeof(struct job), true);
 *
 *	bb_put(bb, &job);               bb_get(bb, &job);
 *
 * Any number of threads may put and get, and with BB_SHARED the threads of all
 * processes that map the memory, at any address, 32-bit and 64-bit ones alike.
 * Elements come out in the order in which they went in.
 *
 * Calls return 0 or a value >= 0, or -errno, and leave errno alone. None is
 * async-signal-safe or a cancellation point. A signal does not end a wait.
 * All calls but bb_size_needed(), bb_init(), bb_init_with() and bb_attach()
 * also return -EINVAL when @bb is NULL or misaligned, and -EPROTO when no
 * buffer is there or none any more.
 *
 * The processes trust each other: one that writes nonsense into the buffer
 * harms all. When one is killed inside a call, it depends on BB_ROBUST:
 *
 * - without, the place or element that it had reserved is lost, and if it was
 *   copying, the buffer stays locked: the calls with a deadline then time out,
 *   the others hang.
 * - with it, the others go on after BB_ROBUST_BOUND_MS at the latest. What a
 *   killed put was adding is in the buffer or not, for each call all of it or
 *   nothing; what a killed get was taking is still there, or gone with the
 *   process. Nothing else is lost, and nothing comes twice.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

#include <futexsync/futex.h>

#ifdef __cplusplus
extern "C" {
#endif

/** struct bb - a buffer: its header, and behind it in memory its elements */
struct bb;

/** BB_ALIGN - what the address of a buffer must be a multiple of */
#define BB_ALIGN 64

/*
 * Flags of bb_init_with(). BB_SHARED: in memory that several processes map and
 * use. BB_ROBUST, only with BB_SHARED: survives the death of its users; costs
 * more, see bounded_buffer(3).
 */
#define BB_SHARED 1U
#define BB_ROBUST 2U

/**
 * BB_ROBUST_BOUND_MS - with BB_ROBUST, how long a death can delay the others
 *
 * In milliseconds, from the moment the kernel has cleaned up after the dead
 * process; what the others then do themselves comes on top.
 */
#define BB_ROBUST_BOUND_MS 100

/**
 * bb_size_needed() - the memory that a buffer takes
 * @capacity: elements, 1 to FSEM_VALUE_MAX
 * @elem_size: bytes in each, 1 or more
 *
 * Return: bytes; -EINVAL: an argument is out of range; -EOVERFLOW: the size
 * does not fit in an ssize_t.
 */
ssize_t bb_size_needed(size_t capacity, size_t elem_size);

/**
 * bb_init_with() - make an empty buffer
 * @bb: memory of the caller, aligned to BB_ALIGN; what it held is lost
 * @len: its size, at least bb_size_needed()
 * @capacity: as in bb_size_needed()
 * @elem_size: as in bb_size_needed()
 * @flags: BB_SHARED and BB_ROBUST, or 0
 *
 * Return: 0; -EINVAL: @bb is NULL or misaligned, @len too short or reaching
 * around the end of memory, other flags, or BB_ROBUST without BB_SHARED; and
 * as bb_size_needed(). On these errors nothing was written.
 */
int bb_init_with(struct bb *bb, size_t len, size_t capacity, size_t elem_size,
		 unsigned int flags);

/** bb_init() - bb_init_with() the flag BB_SHARED or none */
int bb_init(struct bb *bb, size_t len, size_t capacity, size_t elem_size,
	    bool shared);

/**
 * bb_attach() - check a shared buffer that another process has made
 * @bb: where this process has mapped it, aligned to BB_ALIGN
 * @len: bytes mapped
 *
 * Needed once before the first use of memory that did not come by fork().
 *
 * Return: 0: the other calls may be used; -EINVAL: @bb is NULL or misaligned,
 * @len less than any buffer; -EPROTO: no shared buffer of this version and
 * layout, or not yet, or one that is longer than @len or whose sizes
 * contradict. Nothing is written.
 */
int bb_attach(struct bb *bb, size_t len);

/** bb_capacity() - how many elements fit in. Return: 1 to FSEM_VALUE_MAX. */
ssize_t bb_capacity(const struct bb *bb);

/** bb_elem_size() - the size of an element. Return: 1 or more bytes. */
ssize_t bb_elem_size(const struct bb *bb);

/**
 * bb_destroy() - say that nobody will use the buffer again
 *
 * All calls on it have returned. Elements in it are lost. The memory stays the
 * caller's.
 *
 * Return: 0; -EBUSY: it is in use (or, without BB_ROBUST, a process was killed
 * inside), as far as that can be told, and nothing changed.
 */
int bb_destroy(struct bb *bb);

/**
 * bb_close() - no more elements will be put
 *
 * Producers, also those that wait, get -ESHUTDOWN from now on. Consumers get
 * what is in the buffer, then -ENODATA. Closing twice is no error; only
 * bb_init() opens again. It may wait for a thread that copies.
 *
 * Return: 0.
 */
int bb_close(struct bb *bb);

/**
 * bb_put() - add a copy of *@elem, wait while the buffer is full
 *
 * Return: 0; -ESHUTDOWN: the buffer is closed, and nothing was added; -EINVAL:
 * NULL, or *@elem lies in the buffer; and what futex(2) cannot do here, as
 * fsem_wait().
 */
int bb_put(struct bb *bb, const void *elem);

/**
 * bb_get() - move the oldest element to *@elem, wait while there is none
 *
 * Return: 0; -ENODATA: the buffer is closed and empty, the end; -EINVAL and
 * others as bb_put().
 */
int bb_get(struct bb *bb, void *elem);

/**
 * bb_try_put() - add a copy of *@elem if there is room
 *
 * It may wait for another thread to copy its elements, never for room.
 *
 * Return: 0; -EAGAIN: full; and as bb_put().
 */
int bb_try_put(struct bb *bb, const void *elem);

/** bb_try_get() - as bb_try_put() the other way. Return: -EAGAIN: empty. */
int bb_try_get(struct bb *bb, void *elem);

/**
 * bb_put_n() - add several elements, wait while the buffer is full
 * @bb: the buffer
 * @elems: the elements, one behind the other
 * @n: how many, 1 or more
 *
 * Waits for room for the first and adds as many as there is room for, in one
 * step: no other thread's elements come between them. Call again for the rest.
 *
 * Return: how many were added, 1 to @n; -EINVAL: @n is 0; and as bb_put().
 */
int bb_put_n(struct bb *bb, const void *elems, size_t n);

/**
 * bb_get_n() - move the oldest elements to @elems, wait while there is none
 * @bb: the buffer
 * @elems: room for @n elements
 * @n: how many at most, 1 or more
 *
 * Return: how many were moved, 1 to @n; -EINVAL: @n is 0; and as bb_get().
 */
int bb_get_n(struct bb *bb, void *elems, size_t n);

/** bb_try_put_n() - bb_put_n() without waiting. Return: -EAGAIN: full. */
int bb_try_put_n(struct bb *bb, const void *elems, size_t n);

/** bb_try_get_n() - bb_get_n() without waiting. Return: -EAGAIN: empty. */
int bb_try_get_n(struct bb *bb, void *elems, size_t n);

/* The symbols that do not hang on the size of time_t. */
int bb_put_until64(struct bb *bb, const void *elem,
		   const struct futexsync_time *abs, int clockid);
int bb_get_until64(struct bb *bb, void *elem, const struct futexsync_time *abs,
		   int clockid);
int bb_put_n_until64(struct bb *bb, const void *elems, size_t n,
		     const struct futexsync_time *abs, int clockid);
int bb_get_n_until64(struct bb *bb, void *elems, size_t n,
		     const struct futexsync_time *abs, int clockid);

/**
 * bb_put_until() - as bb_put(), to a deadline
 * @bb: the buffer
 * @elem: the element
 * @abs: absolute time on @clockid; NULL: no deadline
 * @clockid: CLOCK_MONOTONIC or CLOCK_REALTIME
 *
 * The deadline ends both waits, for room and for the threads that copy. When
 * neither wait is needed, a past or bad deadline does not matter.
 *
 * Return: 0; -ETIMEDOUT and nothing was added; -EINVAL: another clock, or
 * tv_nsec out of range; and as bb_put().
 */
static inline int bb_put_until(struct bb *bb, const void *elem,
			       const struct timespec *abs, int clockid)
{
	struct futexsync_time t;

	return bb_put_until64(bb, elem, futexsync_time_from(&t, abs), clockid);
}

/** bb_get_until() - as bb_get(), to a deadline, see bb_put_until() */
static inline int bb_get_until(struct bb *bb, void *elem,
			       const struct timespec *abs, int clockid)
{
	struct futexsync_time t;

	return bb_get_until64(bb, elem, futexsync_time_from(&t, abs), clockid);
}

/** bb_put_n_until() - as bb_put_n(), to a deadline, see bb_put_until() */
static inline int bb_put_n_until(struct bb *bb, const void *elems, size_t n,
				 const struct timespec *abs, int clockid)
{
	struct futexsync_time t;

	return bb_put_n_until64(bb, elems, n, futexsync_time_from(&t, abs),
				clockid);
}

/** bb_get_n_until() - as bb_get_n(), to a deadline, see bb_put_until() */
static inline int bb_get_n_until(struct bb *bb, void *elems, size_t n,
				 const struct timespec *abs, int clockid)
{
	struct futexsync_time t;

	return bb_get_n_until64(bb, elems, n, futexsync_time_from(&t, abs),
				clockid);
}

/**
 * bb_count() - the number of elements at some moment during the call
 *
 * Return: 0 to the capacity.
 */
int bb_count(const struct bb *bb);

#ifdef __cplusplus
}
#endif

#endif /* FUTEXSYNC_BOUNDED_BUFFER_H */
