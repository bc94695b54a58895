// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - bounded buffer: put and get, one or many */

#include "buffer.h"

/* Does the memory of the caller reach into the buffer? */
static bool overlaps(const struct bb *bb, const void *elems, uint32_t n)
{
	uintptr_t begin = (uintptr_t)elems;
	uintptr_t buffer = (uintptr_t)bb;
	/* Both fit in an ssize_t: more than fits in here is not there. */
	size_t len = (size_t)n * (size_t)bb->elem_size;

	return begin < buffer + (size_t)bb->size && buffer < begin + len;
}

/*
 * Return: 0, and @n is at most what one call can move; or -errno. No more than
 * @capacity elements are read or written, so only they may not overlap.
 */
static int check(const struct bb *bb, const void *elems, size_t *n)
{
	int err = bb_usable(bb);

	if (err)
		return err;
	if (!elems || !*n)
		return -EINVAL;
	if (*n > bb->capacity)
		*n = (size_t)bb->capacity;
	return overlaps(bb, elems, (uint32_t)*n) ? -EINVAL : 0;
}

static int put(struct bb *bb, const void *elems, size_t n,
	       const struct bb_limit *limit)
{
	int err = check(bb, elems, &n);

	if (err)
		return err;
	return bb_is_robust(bb) ? bb_robust_put(bb, elems, (uint32_t)n, limit)
				: bb_classic_put(bb, elems, (uint32_t)n, limit);
}

static int get(struct bb *bb, void *elems, size_t n,
	       const struct bb_limit *limit)
{
	int err = check(bb, elems, &n);

	if (err)
		return err;
	return bb_is_robust(bb) ? bb_robust_get(bb, elems, (uint32_t)n, limit)
				: bb_classic_get(bb, elems, (uint32_t)n, limit);
}

/* One was moved: 0 for the calls that cannot move more. */
static int one(int ret)
{
	return ret < 0 ? ret : 0;
}

static const struct bb_limit no_limit;
static const struct bb_limit no_wait = { .once = true };

int bb_put(struct bb *bb, const void *elem)
{
	return one(put(bb, elem, 1, &no_limit));
}

int bb_get(struct bb *bb, void *elem)
{
	return one(get(bb, elem, 1, &no_limit));
}

int bb_try_put(struct bb *bb, const void *elem)
{
	return one(put(bb, elem, 1, &no_wait));
}

int bb_try_get(struct bb *bb, void *elem)
{
	return one(get(bb, elem, 1, &no_wait));
}

int bb_put_until64(struct bb *bb, const void *elem,
		   const struct futexsync_time *abs, int clockid)
{
	return one(bb_put_n_until64(bb, elem, 1, abs, clockid));
}

int bb_get_until64(struct bb *bb, void *elem, const struct futexsync_time *abs,
		   int clockid)
{
	return one(bb_get_n_until64(bb, elem, 1, abs, clockid));
}

int bb_put_n(struct bb *bb, const void *elems, size_t n)
{
	return put(bb, elems, n, &no_limit);
}

int bb_get_n(struct bb *bb, void *elems, size_t n)
{
	return get(bb, elems, n, &no_limit);
}

int bb_try_put_n(struct bb *bb, const void *elems, size_t n)
{
	return put(bb, elems, n, &no_wait);
}

int bb_try_get_n(struct bb *bb, void *elems, size_t n)
{
	return get(bb, elems, n, &no_wait);
}

int bb_put_n_until64(struct bb *bb, const void *elems, size_t n,
		     const struct futexsync_time *abs, int clockid)
{
	const struct bb_limit limit = { .abs = abs, .clockid = clockid };

	return put(bb, elems, n, &limit);
}

int bb_get_n_until64(struct bb *bb, void *elems, size_t n,
		     const struct futexsync_time *abs, int clockid)
{
	const struct bb_limit limit = { .abs = abs, .clockid = clockid };

	return get(bb, elems, n, &limit);
}
