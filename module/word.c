// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - which word a queued waiter is on, read from its futex_q. */

#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/sched.h>

#include <linux/futex.h>

#include "compat.h"
#include "word.h"

/* struct futex_q is smaller than this in every kernel, with lock debugging. */
#define KEY_REACH 128

#define KEY_UNKNOWN (-1)
#define KEY_REFUTED (-2)

/* Set once by whoever finds it first; all find the same. */
long fxw_word_key_at = KEY_UNKNOWN;
/* Sought again when a wait disagrees. */
long fxw_word_lock_at = KEY_UNKNOWN;

bool fxw_word_known(void)
{
	return READ_ONCE(fxw_word_key_at) >= 0;
}

void fxw_word_forget(void)
{
	WRITE_ONCE(fxw_word_key_at, KEY_UNKNOWN);
	WRITE_ONCE(fxw_word_lock_at, KEY_UNKNOWN);
}

static bool key_is_here(const void *q, long at, u64 address)
{
	return fxw_word_peek(q, at) == (unsigned long)current->mm &&
	       fxw_word_peek(q, at + 8) == (address & PAGE_MASK) &&
	       (u32)fxw_word_peek(q, at + 16) == (address & ~PAGE_MASK);
}

static void find_key(const void *q, u64 address)
{
	int at;

	for (at = 0; at <= KEY_REACH - (int)sizeof(union futex_key); at += 8) {
		if (!key_is_here(q, at, address))
			continue;
		WRITE_ONCE(fxw_word_key_at, at);
		return;
	}
}

static noinline void find_lock(const void *q, const void *lock)
{
	int at;

	for (at = 0; at < KEY_REACH; at += 8) {
		if (fxw_word_peek(q, at) != (unsigned long)lock)
			continue;
		WRITE_ONCE(fxw_word_lock_at, at);
		return;
	}
	WRITE_ONCE(fxw_word_lock_at, KEY_UNKNOWN);
}

static inline void learn_lock(const void *q, const void *lock)
{
	long at = READ_ONCE(fxw_word_lock_at);

	if (unlikely(at < 0 || fxw_word_peek(q, at) != (unsigned long)lock))
		find_lock(q, lock);
}

void fxw_word_learn(struct fxw_waiter *w, const void *q, const void *lock)
{
	bool private = w->call.flags & FUTEXWATCH_F_PRIVATE;
	long at = READ_ONCE(fxw_word_key_at);

	w->word.offset = FXW_WORD_UNKNOWN;
	if (unlikely(at == KEY_UNKNOWN && private))
		find_key(q, w->call.address);
	at = READ_ONCE(fxw_word_key_at);
	if (unlikely(at < 0))
		return;
	if (private && unlikely(!key_is_here(q, at, w->call.address))) {
		WRITE_ONCE(fxw_word_key_at, KEY_REFUTED);
		return;
	}
	learn_lock(q, lock);
	if (private)
		return;
	w->word.page = fxw_word_peek(q, at + 8);
	w->word.offset = fxw_word_peek(q, at + 16);
}

bool fxw_word_key(const void *q, struct fxw_key *key)
{
	long at = READ_ONCE(fxw_word_key_at);
	u64 last;

	if (at < 0)
		return false;
	last = fxw_word_peek(q, at + 16);
	key->ptr = fxw_word_peek(q, at);
	key->word = fxw_word_peek(q, at + 8);
	key->offset = last;
	key->node = fxw_key_node(last);
	return true;
}

/* The word that @w was queued on. A private one is that which it asked for. */
static struct fxw_word word_of(const struct fxw_waiter *w)
{
	if (!(w->call.flags & FUTEXWATCH_F_PRIVATE))
		return w->word;
	return (struct fxw_word){ .page = w->call.address & PAGE_MASK,
				  .offset = w->call.address & ~PAGE_MASK };
}

u64 fxw_word_moved(const struct fxw_waiter *w, const void *q, u64 hint)
{
	long at = READ_ONCE(fxw_word_key_at);
	struct fxw_word word = word_of(w);
	u64 page;
	u32 offset;

	/* The word as queued may be unknown, too: then nothing is told. */
	if (unlikely(at < 0 || !q || word.offset == FXW_WORD_UNKNOWN))
		return 0;
	page = fxw_word_peek(q, at + 8);
	offset = fxw_word_peek(q, at + 16);
	if (likely(page == word.page && offset == word.offset))
		return 0;
	/* The key of a file or shm page names no address. */
	if (offset & FUT_OFF_INODE)
		return hint;
	return page + (offset & ~(FUT_OFF_INODE | FUT_OFF_MMSHARED));
}
