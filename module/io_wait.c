// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - futex waits and wakes of io_uring. */

#include <linux/io_uring_types.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "io_prep.h"
#include "io_wait.h"
#include "publish.h"
#include "scan.h"
#include "vector.h"
#include "wait.h"

/* current is about to do @io with @words, which are of @req. */
static void note(struct fxw_waiter *w, u8 io, struct fxw_waiter *words,
		 const struct io_kiocb *req)
{
	w->io = io;
	w->io_words = words;
	w->io_req = req;
	w->io_id = req ? req->cqe.user_data : 0;
}

static void note_none(struct fxw_waiter *w)
{
	note(w, FXW_IO_NONE, NULL, NULL);
}

static void give(struct fxw_waiter *words)
{
	fxw_vector_give(words, words->nr_words);
}

/* Nothing true can be told of @words: a loss. */
static void drop(struct fxw_waiter *words)
{
	struct fxw_waiter *word = words;

	for (; word < words + words->nr_words; word++) {
		WRITE_ONCE(word->state, FXW_IDLE);
		WRITE_ONCE(word->gen, (word->gen + 1) & ~1U);
		word->sessions = 0;
	}
	give(words);
	atomic64_inc(&fxw_waiters_lost);
}

/* Makes the words that were queued unknown again. */
static void forget(struct fxw_waiter *words)
{
	u32 i;

	if (!words->nr_seen)
		return;
	fxw_vector_forget_req(words);
	for (i = 0; i < words->nr_seen; i++)
		fxw_vector_forget(&words[i]);
}

/* The end of what @req was before was not seen. */
static void drop_stale(const struct io_kiocb *req)
{
	struct fxw_waiter *words = fxw_vector_find_req(req);

	if (likely(!words))
		return;
	forget(words);
	drop(words);
}

static u8 outcome_of(const struct fxw_waiter *words, u32 i, long ret)
{
	if (ret == -ECANCELED)
		return FUTEXWATCH_OUT_INTERRUPTED;
	if (ret >= 0 && words->nr_words > 1)
		return ret == i ? FUTEXWATCH_OUT_WOKEN
				: FUTEXWATCH_OUT_OTHER_WORD;
	return fxw_wait_outcome(&words[i], ret);
}

static void finish(struct fxw_waiter *words, long ret)
{
	u64 end = ktime_get_mono_fast_ns();
	u32 i;

	forget(words);
	for (i = 0; i < words->nr_words; i++) {
		if (words[i].state != FXW_IDLE)
			fxw_wait_finish(&words[i], outcome_of(words, i, ret),
					ret, end);
	}
	give(words);
}

/* Opens those of @words that a session wants; their calls are known. */
static bool begin(struct fxw_waiter *words, const struct io_kiocb *req)
{
	struct task_struct *t = fxw_io_task(req);
	unsigned long sessions;
	struct fxw_call call;
	bool any = false;
	u32 i;

	for (i = 0; i < words->nr_words; i++) {
		words[i].task = t;
		words[i].q = NULL;
		words[i].req = req;
		WRITE_ONCE(words[i].state, FXW_IDLE);
		call = words[i].call;
		call.kind = FXW_WAITS;
		call.op = FUTEXWATCH_OP_IO_WAIT;
		sessions = fxw_publish_match_of(t, call.op, call.address);
		if (!sessions)
			continue;
		words[i].sampled = 0;
		fxw_wait_begin(&words[i], &call, 0, sessions);
		WRITE_ONCE(words[i].state, FXW_OPEN);
		any = true;
	}
	words->nr_seen = 0;
	return any;
}

static void wait(struct fxw_waiter *words, const struct io_kiocb *req)
{
	struct fxw_waiter *w;

	if (!begin(words, req)) {
		give(words);
		return;
	}
	w = fxw_waiters_mine(true);
	if (w)
		note(w, FXW_IO_WAIT, words, req);
	else
		drop(words);
}

/* An entry for the one word of a request. */
static struct fxw_waiter *take_one(const struct io_kiocb *req)
{
	struct fxw_waiter *word;
	struct fxw_call call;

	if (!fxw_io_prep_take(req, &call))
		return NULL;
	word = fxw_vector_take(1);
	if (!word)
		return NULL;
	word->nr_words = 1;
	word->call = call;
	return word;
}

void fxw_io_wait(const struct io_kiocb *req)
{
	struct fxw_waiter *words;

	fxw_io_done();
	drop_stale(req);
	words = take_one(req);
	if (words)
		wait(words, req);
}

void fxw_io_wait_vector(const struct io_kiocb *req)
{
	struct fxw_waiter *words;

	fxw_io_done();
	drop_stale(req);
	words = fxw_io_prep_take_vector(req);
	if (words)
		wait(words, req);
}

/*
 * Words are queued in their order. When one changes meanwhile all are taken off
 * again, and it may begin anew: a futex_q stays where it is. When the last one
 * is queued, the end may come, from another task.
 */
bool fxw_io_queued(struct fxw_waiter *w, void *q, const struct fxw_hb *hb)
{
	struct fxw_waiter *words = w->io_words;
	u32 i;

	if (w->io != FXW_IO_WAIT && w->io != FXW_IO_QUEUED)
		return false;
	for (i = 0; i < words->nr_seen && words[i].q != q; i++)
		;
	if (i == words->nr_words)
		return false;
	if (w->io == FXW_IO_WAIT && !fxw_vector_index_req(words)) {
		note_none(w);
		drop(words);
		return true;
	}
	w->io = words->nr_words > 1 ? FXW_IO_QUEUED : FXW_IO_NONE;
	if (i == words->nr_seen) {
		words->nr_seen++;
		words[i].q = q;
		fxw_vector_index(&words[i]);
	}
	if (words[i].state != FXW_IDLE)
		fxw_wait_enqueue(&words[i], q, hb);
	return true;
}

/*
 * io_uring finds out which word of a vector was woken when it has taken all off
 * their queues.
 */
void fxw_io_complete(const struct io_kiocb *req)
{
	struct fxw_waiter *words, *w;

	fxw_io_done();
	words = fxw_vector_find_req(req);
	if (!words)
		return;
	w = words->nr_words > 1 ? fxw_waiters_mine(true) : NULL;
	if (w)
		note(w, FXW_IO_END, words, req);
	else
		finish(words, req->cqe.res);
}

void fxw_io_wake(const struct io_kiocb *req)
{
	struct task_struct *t = fxw_io_task(req);
	struct fxw_waiter *word, *w = NULL;

	fxw_io_done();
	fxw_scan_end(false);
	word = take_one(req);
	if (!word)
		return;
	word->sessions =
		fxw_publish_match_of(t, word->call.op, word->call.address);
	if (word->sessions)
		w = fxw_waiters_mine(true);
	if (!w) {
		word->sessions = 0;
		give(word);
		return;
	}
	word->tid = t->pid;
	word->pid = t->tgid;
	word->space = fxw_publish_space(t);
	word->woken[0] = 0;
	word->wakee_tid[0] = 0;
	note(w, FXW_IO_WAKE, word, req);
}

void fxw_io_book(const struct fxw_waiter *me, struct fxw_waiter *w)
{
	struct fxw_waiter *word = me->io_words;

	w->cause = FUTEXWATCH_CAUSE_IO;
	w->waker_tid = word->tid;
	w->waker_pid = word->pid;
	if (!word->woken[0]++)
		word->wakee_tid[0] = w->tid;
}

static void publish_wake(struct fxw_waiter *word, long ret)
{
	const struct fxw_call *call = &word->call;
	struct futexwatch_wake rec = {
		.head.type = FUTEXWATCH_REC_WAKE,
		.head.op = FUTEXWATCH_OP_IO,
		.head.flags = call->flags,
		.head.time_ns = ktime_get_mono_fast_ns(),
		.head.address = call->address,
		.head.space = word->space,
		.head.tid = word->tid,
		.head.pid = word->pid,
		.head.ret = ret,
		.cause = FUTEXWATCH_CAUSE_IO,
		.asked = call->val,
		.woken = max(ret, 0L),
		.val3 = call->val3,
		.wakee_tid = word->wakee_tid[0],
	};

	fxw_publish_wake(xchg(&word->sessions, 0), &rec);
}

/*
 * What the request of @w came to; false: it is not there any more, for a hook
 * was passed over (kernel.ftrace_enabled). Then it may be any memory.
 */
static bool read_result(const struct fxw_waiter *w, struct io_cqe *cqe,
			bool *failed)
{
	const struct io_kiocb *req = w->io_req;
	typeof(req->flags) flags;

	if (copy_from_kernel_nofault(cqe, &req->cqe, sizeof(*cqe)) ||
	    copy_from_kernel_nofault(&flags, &req->flags, sizeof(flags)))
		return false;
	*failed = flags & REQ_F_FAIL;
	return cqe->user_data == w->io_id;
}

static void settle(struct fxw_waiter *w)
{
	struct fxw_waiter *words = w->io_words;
	struct io_cqe cqe;
	bool failed;

	if (!read_result(w, &cqe, &failed)) {
		fxw_io_leave_slow(w);
		return;
	}
	switch (w->io) {
	case FXW_IO_QUEUED:
		/* It goes on, and @words may be others' by now; or it failed. */
		if (!failed)
			break;
		fallthrough;
	case FXW_IO_WAIT:
	case FXW_IO_END:
		finish(words, cqe.res);
		break;
	case FXW_IO_WAKE:
		publish_wake(words, cqe.res);
		give(words);
		break;
	}
	note_none(w);
}

void fxw_io_done(void)
{
	struct fxw_waiter *w = fxw_waiters_mine(false);

	if (w && w->io)
		settle(w);
}

void fxw_io_leave_slow(struct fxw_waiter *w)
{
	struct fxw_waiter *words = w->io_words;
	u8 io = w->io;

	note_none(w);
	if (io == FXW_IO_QUEUED)
		return;
	forget(words);
	drop(words);
}
