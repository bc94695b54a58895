// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - futex_waitv(2): one call, a wait on each of its words. */

#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "publish.h"
#include "syscall.h"
#include "vector.h"
#include "wait.h"
#include "waitv.h"

#define AT_ONCE 4 /* words read from the caller's memory in one go */

static unsigned long begin_word(struct fxw_waiter *word,
				const struct fxw_call *call, u16 abi_flags)
{
	unsigned long sessions = fxw_publish_match(call->op, call->address);

	word->task = current;
	word->q = NULL;
	WRITE_ONCE(word->state, FXW_IDLE);
	if (!sessions)
		return 0;
	word->sampled = 0;
	fxw_wait_begin(word, call, abi_flags, sessions);
	WRITE_ONCE(word->state, FXW_OPEN);
	return sessions;
}

/* Takes back what begin_word() did. */
static void drop_words(struct fxw_waiter *words, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		WRITE_ONCE(words[i].state, FXW_IDLE);
		WRITE_ONCE(words[i].gen, (words[i].gen + 1) & ~1U);
		words[i].sessions = 0;
	}
}

/* Adds to @sessions those that want any of the words; false: not readable. */
static bool begin_words(struct fxw_waiter *words, u32 nr,
			const unsigned long *args, u16 abi_flags,
			unsigned long *sessions)
{
	const void __user *from = (const void __user *)args[0];
	struct fxw_waitv some[AT_ONCE];
	struct fxw_call call;
	u32 i, n;

	for (i = 0; i < nr; i++) {
		if (i % AT_ONCE == 0) {
			n = min_t(u32, nr - i, AT_ONCE);
			if (copy_from_user_nofault(some,
						   from + i * sizeof(*some),
						   n * sizeof(*some))) {
				drop_words(words, i);
				return false;
			}
		}
		fxw_decode_waitv(&call, args, &some[i % AT_ONCE]);
		*sessions |= begin_word(&words[i], &call, abi_flags);
	}
	return true;
}

/* Opens the words of current's call, if a session wants one of them. */
static void open_words(struct fxw_waiter *w, const unsigned long *args,
		       u16 abi_flags)
{
	unsigned long sessions = 0;
	struct fxw_waiter *words;
	u32 nr = args[1];
	bool seen;

	words = fxw_vector_take(nr);
	if (!words)
		return;
	seen = begin_words(words, nr, args, abi_flags, &sessions);
	if (!seen || !sessions) {
		fxw_vector_give(words, nr);
		WRITE_ONCE(w->state, seen ? FXW_IDLE : FXW_UNREAD);
		return;
	}
	w->words = words;
	w->nr_words = nr;
	w->nr_seen = 0;
	w->waking_ns = 0;
	w->waker_tid = 0;
	/* (E) the rest before a waker looks */
	smp_store_release(&w->state, FXW_VECTOR);
}

void fxw_waitv_open(const unsigned long *args, u16 abi_flags)
{
	u32 nr = args[1];
	struct fxw_waiter *w;

	if (!nr || nr > FXW_VECTOR_MAX)
		return;
	w = fxw_waiters_mine(true);
	if (!w)
		return;
	fxw_wait_settle(w);
	w->begin_ns = ktime_get_mono_fast_ns();
	open_words(w, args, abi_flags);
}

bool fxw_waitv_read(struct fxw_waiter *w, long ret)
{
	unsigned long args[6] fxw_filled;
	u32 i;

	fxw_syscall_args(args, task_pt_regs(current));
	WRITE_ONCE(w->state, FXW_IDLE);
	open_words(w, args, fxw_syscall_flags());
	if (w->state != FXW_VECTOR) {
		/* Who was refused for the same reason has not waited. */
		if (w->state == FXW_UNREAD && ret != -EFAULT)
			atomic64_inc(&fxw_waiters_lost);
		WRITE_ONCE(w->state, FXW_IDLE);
		return false;
	}
	for (i = 0; i < w->nr_words; i++)
		WRITE_ONCE(w->words[i].begin_ns, w->begin_ns);
	return true;
}

/*
 * The kernel queues the words in their order. When one changes meanwhile it
 * takes all off again, and may begin anew: a futex_q stays where it is.
 */
void fxw_waitv_queued(struct fxw_waiter *w, void *q, const struct fxw_hb *hb)
{
	struct fxw_waiter *word;
	u32 i;

	for (i = 0; i < w->nr_seen && w->words[i].q != q; i++)
		;
	if (i == w->nr_words)
		return;
	word = &w->words[i];
	if (i == w->nr_seen) {
		w->nr_seen++;
		word->q = q;
		fxw_vector_index(word);
	}
	w->waking_ns = 0;
	w->waker_tid = 0;
	if (word->state != FXW_IDLE)
		fxw_wait_enqueue(word, q, hb);
}

/* Nobody marks a word whose futex_q is not known: the waking tells, then. */
static void name_waker(struct fxw_waiter *word, const struct fxw_waiter *w)
{
	if (!word->adopted || word->waker_tid)
		return;
	word->cause = w->cause;
	word->waker_tid = w->waker_tid;
	word->waker_pid = w->waker_pid;
}

static u8 outcome_of(struct fxw_waiter *word, u32 i, long ret)
{
	if (ret >= 0)
		return ret == i ? FUTEXWATCH_OUT_WOKEN
				: FUTEXWATCH_OUT_OTHER_WORD;
	return fxw_wait_outcome(word, ret);
}

bool fxw_waitv_close(struct fxw_waiter *w, long ret)
{
	u64 end = ktime_get_mono_fast_ns();
	struct fxw_waiter *word;
	u32 i;

	for (i = 0; i < w->nr_words; i++) {
		word = &w->words[i];
		if (i < w->nr_seen)
			fxw_vector_forget(word);
		if (word->state == FXW_IDLE)
			continue;
		word->waking_ns = w->waking_ns;
		if (ret == i)
			name_waker(word, w);
		fxw_wait_finish(word, outcome_of(word, i, ret), ret, end);
	}
	fxw_vector_give(w->words, w->nr_words);
	w->words = NULL;
	WRITE_ONCE(w->state, FXW_IDLE);
	return true;
}
