// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - words of futex_waitv(2) that slept before the session began. */

#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "adopt.h"
#include "adopt_words.h"
#include "compat.h"
#include "session.h"
#include "syscall.h"
#include "vector.h"
#include "wait.h"

void fxw_sleepers_note(struct fxw_sleepers *found, struct task_struct *t)
{
	const struct pt_regs *regs = task_pt_regs(t);
	bool compat = fxw_syscall_compat(t);
	unsigned long nr = fxw_syscall_nr(regs);
	struct fxw_sleeper *sleeper;

	if (fxw_decode_nr_slow(nr, compat) != FXW_NR_FUTEX2 ||
	    !fxw_decode_is_waitv(nr))
		return;
	if (found->nr == found->room) {
		found->left++;
		return;
	}
	sleeper = &found->list[found->nr++];
	sleeper->task = get_task_struct(t);
	sleeper->nvcsw = t->nvcsw;
	sleeper->abi_flags = compat ? FUTEXWATCH_F_COMPAT : 0;
	fxw_syscall_args_of(sleeper->args, regs, compat);
}

/* Copies what lies in one page at @from. @mm is locked for reading. */
static bool read_page(struct mm_struct *mm, unsigned long from, void *to,
		      size_t size)
{
	struct page *page;
	void *at;

	if (fxw_page_of(mm, from, FOLL_NOFAULT, &page) != 1)
		return false;
	at = kmap_local_page(page);
	memcpy(to, at + offset_in_page(from), size);
	kunmap_local(at);
	put_page(page);
	return true;
}

/*
 * The array of @sleeper, as far as it is in memory. A fault might never end,
 * for it may be the task's own business (userfaultfd), and START waits for us.
 */
static bool read_array(const struct fxw_sleeper *sleeper, void *to, size_t size)
{
	struct mm_struct *mm = get_task_mm(sleeper->task);
	unsigned long from = sleeper->args[0];
	size_t n;

	if (!mm)
		return false;
	if (mmap_read_lock_killable(mm)) {
		mmput(mm);
		return false;
	}
	for (; size; size -= n, to += n, from += n) {
		n = min_t(size_t, size, PAGE_SIZE - offset_in_page(from));
		if (!read_page(mm, from, to, n))
			break;
	}
	mmap_read_unlock(mm);
	mmput(mm);
	return !size;
}

#define SIZE_MASK  3U
#define SIZE_U32   2U
#define FLAGS_MASK (SIZE_MASK | 4U | 8U | 128U) /* numa, mpol, private */

/*
 * Would the kernel have taken @array? It has a copy; the task may have put the
 * memory to another use since.
 */
static bool may_be_words(const struct fxw_waitv *array, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		if (array[i].flags & ~FLAGS_MASK || array[i].reserved ||
		    (array[i].flags & SIZE_MASK) != SIZE_U32 ||
		    array[i].address % sizeof(u32))
			return false;
	}
	return true;
}

/* Is any of @words the session's to have? */
static bool adopt_words(struct fxw_session *s, const struct fxw_sleeper *from,
			struct fxw_waiter *words, const struct fxw_waitv *array,
			u32 nr)
{
	struct fxw_call call;
	bool any = false;
	u32 i;

	for (i = 0; i < nr; i++) {
		fxw_decode_waitv(&call, from->args, &array[i]);
		if (words[i].state == FXW_IDLE) {
			if (!fxw_adopt_wants(s, &call, from->task))
				continue;
			fxw_wait_adopt(&words[i], &call, from->abi_flags,
				       BIT(s->index));
		} else {
			fxw_adopt_join(s, &words[i]);
		}
		any = true;
	}
	return any;
}

/*
 * @from's task has slept since it was noted, under its pi_lock now, so that
 * what was read is what it waits for. Returns true: it has @words.
 */
static bool adopt(struct fxw_session *s, const struct fxw_sleeper *from,
		  struct fxw_waiter *words, const struct fxw_waitv *array)
{
	struct fxw_waiter *w = fxw_waiters_of(from->task, true);
	u32 i, nr = from->args[1];

	if (!w)
		return false;
	if (w->state == FXW_VECTOR) {
		adopt_words(s, from, w->words, array, nr);
		return false;
	}
	for (i = 0; i < nr; i++) {
		words[i].task = from->task;
		words[i].q = NULL;
		WRITE_ONCE(words[i].state, FXW_IDLE);
	}
	if (!adopt_words(s, from, words, array, nr))
		return false;
	w->words = words;
	w->nr_words = nr;
	w->nr_seen = 0;
	w->waking_ns = 0;
	w->waker_tid = 0;
	/* (E) the rest before a waker looks */
	smp_store_release(&w->state, FXW_VECTOR);
	return true;
}

static void try(struct fxw_session *s, const struct fxw_sleeper *from,
		struct fxw_waitv *array)
{
	struct task_struct *t = from->task;
	struct fxw_waiter *words;
	u32 nr = from->args[1];
	unsigned long flags;
	bool taken = false;

	if (!nr || nr > FXW_VECTOR_MAX)
		return;
	if (!read_array(from, array, nr * sizeof(*array)) ||
	    !may_be_words(array, nr)) {
		atomic64_inc(&fxw_waiters_lost);
		return;
	}
	/* Not under the pi_lock: an interrupt of who has the pool may want it */
	words = fxw_vector_take(nr);
	if (!words)
		return;
	raw_spin_lock_irqsave(&t->pi_lock, flags);
	if (fxw_adopt_sleeps(t) && t->nvcsw == from->nvcsw)
		taken = adopt(s, from, words, array);
	raw_spin_unlock_irqrestore(&t->pi_lock, flags);
	if (!taken)
		fxw_vector_give(words, nr);
}

void fxw_sleepers_adopt(struct fxw_sleepers *found, struct fxw_session *s)
{
	struct fxw_waitv *array =
		kmalloc_array(FXW_VECTOR_MAX, sizeof(*array), GFP_KERNEL);
	u32 i;

	if (!array)
		found->left += found->nr;
	for (i = 0; i < found->nr; i++) {
		if (array)
			try(s, &found->list[i], array);
		put_task_struct(found->list[i].task);
		cond_resched();
	}
	atomic64_add(found->left, &fxw_waiters_lost);
	kfree(array);
}
