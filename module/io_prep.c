// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what io_uring's futex requests ask for. */

#include <linux/hash.h>
#include <linux/io_uring_types.h>
#include <linux/log2.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>

#include "io_prep.h"
#include "vector.h"

#define AT_ONCE 4 /* words read from the submitter's memory in one go */

/*
 * A place for each request that is prepared and not issued yet. One that waits
 * long, behind a link, may lose its place to another. @words: of a vector,
 * where its array could be read.
 */
struct prepared {
	const struct io_kiocb *req;
	struct fxw_waiter *words;
	u64 address;
	u32 val;
	u32 mask;
	u32 flags;
};

static struct prepared prepared[FXW_IO_PREPARED];

/* Guards @prepared and @held. Preemption is off; no interrupt comes here. */
static DEFINE_RAW_SPINLOCK(prepared_lock);
static u32 held; /* entries in all of @prepared */

void fxw_io_prep_forget(void)
{
	memset(prepared, 0, sizeof(prepared));
	held = 0;
}

static struct prepared *place_of(const struct io_kiocb *req)
{
	return &prepared[hash_ptr(req, ilog2(FXW_IO_PREPARED))];
}

/* Takes the entries out of @p, under the lock. */
static struct fxw_waiter *words_of(struct prepared *p)
{
	struct fxw_waiter *words = p->words;

	p->words = NULL;
	if (words)
		held -= words->nr_words;
	return words;
}

static void give(struct fxw_waiter *words)
{
	if (words)
		fxw_vector_give(words, words->nr_words);
}

static void keep(const struct prepared *new)
{
	struct prepared *p = place_of(new->req);
	struct fxw_waiter *old;

	raw_spin_lock(&prepared_lock);
	old = words_of(p);
	*p = *new;
	if (p->words)
		held += p->words->nr_words;
	raw_spin_unlock(&prepared_lock);
	give(old);
}

/* Nobody tells of a request that is cancelled before it is issued. */
static void reclaim(void)
{
	struct fxw_waiter *words;
	u32 i;

	for (i = 0; i < FXW_IO_PREPARED; i++) {
		raw_spin_lock(&prepared_lock);
		words = words_of(&prepared[i]);
		if (words)
			prepared[i].req = NULL;
		raw_spin_unlock(&prepared_lock);
		give(words);
	}
}

static bool take(const struct io_kiocb *req, struct prepared *what)
{
	struct prepared *p = place_of(req);
	bool found;

	raw_spin_lock(&prepared_lock);
	found = p->req == req;
	if (found) {
		*what = *p;
		words_of(p);
		p->req = NULL;
	}
	raw_spin_unlock(&prepared_lock);
	if (!found)
		atomic64_inc(&fxw_waiters_lost);
	return found;
}

/* The sqe is the submitter's memory: who changes it now misleads itself. */
void fxw_io_prep(const struct io_kiocb *req, const struct io_uring_sqe *sqe)
{
	struct prepared p = {
		.req = req,
		.address = READ_ONCE(sqe->addr),
		.val = READ_ONCE(sqe->addr2),
		.mask = READ_ONCE(sqe->addr3),
		.flags = READ_ONCE(sqe->fd),
	};

	keep(&p);
}

static void decode(struct fxw_waiter *word, const struct fxw_waitv *from)
{
	fxw_decode_io(&word->call, from->address, from->val, ~0U, from->flags);
}

static bool read_words(struct fxw_waiter *words, u32 nr, u64 address)
{
	const struct fxw_waitv __user *from = u64_to_user_ptr(address);
	struct fxw_waitv some[AT_ONCE];
	u32 i, n;

	for (i = 0; i < nr; i++) {
		if (i % AT_ONCE == 0) {
			n = min_t(u32, nr - i, AT_ONCE);
			if (copy_from_user_nofault(some, from + i,
						   n * sizeof(*some)))
				return false;
		}
		decode(&words[i], &some[i % AT_ONCE]);
	}
	return true;
}

/*
 * NULL also where there is nothing to read that the kernel would accept; @nr is
 * 0 then, and where there is no room.
 */
static struct fxw_waiter *words_at(u64 address, u32 *nr)
{
	struct fxw_waiter *words = NULL;

	if (*nr && *nr <= FXW_VECTOR_MAX)
		words = fxw_vector_take(*nr);
	if (!words) {
		*nr = 0;
		return NULL;
	}
	words->nr_words = *nr;
	if (read_words(words, *nr, address))
		return words;
	fxw_vector_give(words, *nr);
	return NULL;
}

void fxw_io_prep_vector(const struct io_kiocb *req,
			const struct io_uring_sqe *sqe)
{
	struct prepared p = {
		.req = req,
		.address = READ_ONCE(sqe->addr),
		.val = READ_ONCE(sqe->len),
	};

	if (READ_ONCE(held) > FXW_IO_HELD)
		reclaim();
	p.words = words_at(p.address, &p.val);
	keep(&p);
}

bool fxw_io_prep_take(const struct io_kiocb *req, struct fxw_call *call)
{
	struct prepared p;

	if (!take(req, &p))
		return false;
	give(p.words);
	fxw_decode_io(call, p.address, p.val, p.mask, p.flags);
	return true;
}

/* By now the kernel has read the array: it is in memory, if it was not. */
struct fxw_waiter *fxw_io_prep_take_vector(const struct io_kiocb *req)
{
	struct prepared p;

	if (!take(req, &p))
		return NULL;
	if (!p.words)
		p.words = words_at(p.address, &p.val);
	if (!p.words && p.val)
		atomic64_inc(&fxw_waiters_lost);
	return p.words;
}
