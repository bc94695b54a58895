// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - wakes and requeues: calls, and wakes that no call asked for. */

#include <linux/hash.h>
#include <linux/sched/signal.h>
#include <linux/timekeeping.h>

#include "compat.h"
#include "hooks.h"
#include "io_wait.h"
#include "publish.h"
#include "scan.h"
#include "syscall.h"
#include "wait.h"
#include "wake.h"

void fxw_wake_fill(struct futexwatch_wake *rec, u8 type, u8 op)
{
	memset(rec, 0, sizeof(*rec));
	rec->head.type = type;
	rec->head.op = op;
	rec->head.time_ns = ktime_get_mono_fast_ns();
	rec->head.space = fxw_publish_space(current);
	rec->head.tid = current->pid;
	rec->head.pid = current->tgid;
}

static bool is_exec(long nr)
{
	if (in_ia32_syscall())
		return nr == 11 || nr == 358;
	switch (nr & ~0x40000000L) {
	case 59:
	case 322:
	case 520:
	case 545:
		return true;
	default:
		return false;
	}
}

static u8 exit_cause(u64 address)
{
	return (unsigned long)current->clear_child_tid == address
		       ? FUTEXWATCH_CAUSE_EXIT
		       : FUTEXWATCH_CAUSE_ROBUST;
}

u8 fxw_wake_cause_slow(u64 address)
{
	long nr;

	if (unlikely(current->flags & PF_EXITING))
		return exit_cause(address);
	if (unlikely(current->flags & (PF_KTHREAD | PF_IO_WORKER)))
		return FUTEXWATCH_CAUSE_IO;
	nr = fxw_syscall_nr(task_pt_regs(current));
	switch (fxw_syscall_class(nr)) {
	case FXW_NR_FUTEX:
	case FXW_NR_FUTEX2:
		return FUTEXWATCH_CAUSE_CALL;
	default:
		/* exec runs the robust list and clear_child_tid, too. */
		return is_exec(nr) ? exit_cause(address) : FUTEXWATCH_CAUSE_IO;
	}
}

/* Of all that may wake an rt_mutex waiter, only these hand the lock over. */
u8 fxw_wake_pi_cause(void)
{
	struct pt_regs *regs = task_pt_regs(current);
	struct fxw_call call fxw_filled;

	if (current->flags & PF_EXITING)
		return FUTEXWATCH_CAUSE_ROBUST;
	if (current->flags & (PF_KTHREAD | PF_IO_WORKER) ||
	    fxw_syscall_class(fxw_syscall_nr(regs)) != FXW_NR_FUTEX ||
	    !fxw_syscall_futex(&call, regs))
		return FUTEXWATCH_CAUSE_SIGNAL;
	return call.kind & FXW_PI && call.kind & FXW_WAKES
		       ? FUTEXWATCH_CAUSE_PI
		       : FUTEXWATCH_CAUSE_SIGNAL;
}

u64 fxw_wake_hint_slow(const struct fxw_waiter *w)
{
	struct pt_regs *regs = task_pt_regs(current);
	struct fxw_call call fxw_filled;

	if (current->flags & (PF_EXITING | PF_KTHREAD | PF_IO_WORKER) ||
	    !fxw_syscall_decode(&call, regs,
				fxw_syscall_class(fxw_syscall_nr(regs))))
		return 0;
	return fxw_publish_space(current) == w->space ? call.address : 0;
}

void fxw_wake_alone(unsigned long sessions, const struct fxw_waiter *w,
		    u64 address, u8 op, u8 cause)
{
	struct futexwatch_wake rec fxw_filled;

	if (!sessions)
		return;
	fxw_wake_fill(&rec, FUTEXWATCH_REC_WAKE, op);
	rec.head.address = address;
	rec.head.space = w->space;
	rec.cause = cause;
	rec.asked = 1;
	rec.woken = 1;
	rec.wakee_tid = w->tid;
	fxw_publish_wake(sessions, &rec);
}

/* A wake that no futex call asked for has a record of its own. */
static void publish_edge(const struct fxw_waiter *w, u64 address, u8 op,
			 u8 cause)
{
	fxw_wake_alone(fxw_publish_match(op, address), w, address, op, cause);
}

void fxw_wake_edge(struct fxw_waiter *w, u64 address, u8 cause)
{
	struct fxw_waiter *me;
	int i;

	switch (cause) {
	case FUTEXWATCH_CAUSE_CALL:
	case FUTEXWATCH_CAUSE_PI:
		me = fxw_waiters_mine(false);
		/* Task work may run requests at the end of a futex call. */
		if (likely(!me) || fxw_io_woke(me, w) ||
		    likely(me->state != FXW_WAKING))
			return;
		i = me->call.op == FUTEXWATCH_OP_WAKE_OP &&
		    me->space == w->space && address == me->call.address2 &&
		    address != me->call.address;
		if (!me->woken[i]++)
			me->wakee_tid[i] = w->tid;
		return;
	case FUTEXWATCH_CAUSE_EXIT:
		publish_edge(w, address, FUTEXWATCH_OP_EXIT, cause);
		return;
	case FUTEXWATCH_CAUSE_ROBUST:
		publish_edge(w, address, FUTEXWATCH_OP_ROBUST, cause);
		return;
	case FUTEXWATCH_CAUSE_IO:
		me = fxw_waiters_mine(false);
		if (me && fxw_io_woke(me, w))
			return;
		publish_edge(w, address, FUTEXWATCH_OP_IO, cause);
		return;
	}
}

/* Is the futex call that current is in, or its end, a wake of @word? */
static bool may_wake(const struct fxw_waiter *word, const struct fxw_call *call)
{
	if (fxw_publish_space(current) != word->space)
		return false;
	return word->call.address == call->address ||
	       (call->address2 && word->call.address == call->address2);
}

/* Is current in a call that wakes? */
static bool in_wake(struct fxw_call *call)
{
	struct pt_regs *regs = task_pt_regs(current);
	enum fxw_nr class = fxw_syscall_class(fxw_syscall_nr(regs));

	return fxw_syscall_decode(call, regs, class) && call->kind & FXW_WAKES;
}

static void name_waker(struct fxw_waiter *w, u8 cause)
{
	w->cause = cause;
	w->waker_tid = current->pid;
	w->waker_pid = current->tgid;
}

void fxw_wake_vector(struct fxw_waiter *w)
{
	u8 cause = FUTEXWATCH_CAUSE_CALL;
	struct fxw_waiter *word;
	struct fxw_call call = {};

	if (!in_task() || current->flags & (PF_KTHREAD | PF_IO_WORKER))
		return;
	if (current->flags & PF_EXITING) {
		cause = FUTEXWATCH_CAUSE_EXIT;
		call.address = (unsigned long)current->clear_child_tid;
	} else if (!in_wake(&call)) {
		return;
	}
	for (word = w->words; word < w->words + w->nr_words; word++) {
		if (READ_ONCE(word->state) != FXW_QUEUED ||
		    !may_wake(word, &call))
			continue;
		name_waker(w, cause);
		if (word->adopted && !word->q)
			fxw_wake_edge(word, word->call.address, cause);
		return;
	}
	/* A shared word may have another address here, or have been moved. */
	if (cause == FUTEXWATCH_CAUSE_CALL)
		name_waker(w, cause);
}

/*
 * The last requeue of a pair of words and the one before it, so that a moved
 * waiter can tell when it was moved. A colliding pair takes the place over and
 * leaves only the time of the last requeue forgotten: who was queued before
 * that learns no moment, rather than a wrong one.
 */
#define LOG_SIZE 256

static struct {
	raw_spinlock_t lock;
	u64 space;
	u64 from;
	u64 to;
	u64 last_ns;
	u64 before_ns;
	u64 forgotten_ns;
} requeue_log[LOG_SIZE] = {
	/* clang-format off */
	[0 ... LOG_SIZE - 1] = {
		.lock = __RAW_SPIN_LOCK_UNLOCKED(requeue_log.lock),
	},
	/* clang-format on */
};

static unsigned int log_place(u64 space, u64 from, u64 to)
{
	return hash_64(space ^ from ^ (to << 17 | to >> 47), 8);
}

void fxw_wake_log_requeue(const struct fxw_call *call)
{
	u64 space = fxw_publish_space(current), now = ktime_get_mono_fast_ns();
	unsigned int i = log_place(space, call->address, call->address2);
	unsigned long flags;
	bool same;

	raw_spin_lock_irqsave(&requeue_log[i].lock, flags);
	same = requeue_log[i].space == space &&
	       requeue_log[i].from == call->address &&
	       requeue_log[i].to == call->address2;
	if (!same)
		requeue_log[i].forgotten_ns = requeue_log[i].last_ns;
	requeue_log[i].before_ns = same ? requeue_log[i].last_ns
					: requeue_log[i].forgotten_ns;
	requeue_log[i].last_ns = now;
	requeue_log[i].space = space;
	requeue_log[i].from = call->address;
	requeue_log[i].to = call->address2;
	raw_spin_unlock_irqrestore(&requeue_log[i].lock, flags);
}

u64 fxw_wake_moved_ns(u64 space, u64 from, u64 to, u64 since)
{
	unsigned int i = log_place(space, from, to);
	unsigned long flags;
	u64 ns = 0;

	raw_spin_lock_irqsave(&requeue_log[i].lock, flags);
	if (requeue_log[i].space == space && requeue_log[i].from == from &&
	    requeue_log[i].to == to && requeue_log[i].last_ns >= since &&
	    requeue_log[i].before_ns < since)
		ns = requeue_log[i].last_ns;
	raw_spin_unlock_irqrestore(&requeue_log[i].lock, flags);
	return ns;
}

void fxw_wake_open(const struct fxw_call *call)
{
	struct fxw_waiter *w;

	if (!fxw_publish_match(call->op, call->address))
		return;
	if (call->kind & FXW_REQUEUES)
		fxw_wake_log_requeue(call);
	if (!(call->kind & FXW_SPLIT))
		return;
	w = fxw_waiters_mine(true);
	if (!w)
		return;
	fxw_wait_settle(w);
	w->call = *call;
	w->space = fxw_publish_space(current);
	memset(w->woken, 0, sizeof(w->woken));
	memset(w->wakee_tid, 0, sizeof(w->wakee_tid));
	WRITE_ONCE(w->state, FXW_WAKING);
}

/* What the hooks saw a call do, by word. */
struct split {
	u32 woken[2];
	u32 wakee_tid[2];
};

/* Takes it out of current's entry; false: nobody looked. */
static noinline bool take_split(struct split *seen)
{
	struct fxw_waiter *w = fxw_waiters_mine(false);

	if (!w || w->state != FXW_WAKING)
		return false;
	memcpy(seen->woken, w->woken, sizeof(seen->woken));
	memcpy(seen->wakee_tid, w->wakee_tid, sizeof(seen->wakee_tid));
	WRITE_ONCE(w->state, FXW_IDLE);
	return fxw_hooks_whole();
}

static void publish_requeue(unsigned long sessions, struct futexwatch_wake *rec,
			    const struct fxw_call *call, u32 moved)
{
	rec->head.type = FUTEXWATCH_REC_REQUEUE;
	rec->asked = call->val2;
	rec->woken = 0;
	rec->wakee_tid = 0;
	rec->moved = moved;
	fxw_publish_wake(sessions, rec);
}

/* The second word of a WAKE_OP, when a waiter was seen woken there. */
static void publish_second(unsigned long sessions, struct futexwatch_wake *rec,
			   const struct fxw_call *call, u32 wakee)
{
	rec->head.address = call->address2;
	rec->address2 = call->address;
	rec->asked = call->val2;
	rec->wakee_tid = wakee;
	fxw_publish_wake(sessions, rec);
}

/* How many of the @ret tasks were woken on the first word. */
static u32 woken_first(const struct fxw_call *call, long ret, bool split,
		       const u32 *seen)
{
	if (call->op == FUTEXWATCH_OP_UNLOCK_PI)
		return split && ret >= 0 ? seen[0] : 0;
	if (ret <= 0)
		return 0;
	if (call->op == FUTEXWATCH_OP_WAKE_OP)
		return split ? ret - min_t(long, ret, seen[1]) : ret;
	if (call->op == FUTEXWATCH_OP_CMP_REQUEUE_PI)
		return split ? min_t(long, ret, seen[0]) : 0;
	if (call->kind & FXW_REQUEUES)
		return min_t(long, ret, max_t(int, call->val, 0));
	return ret;
}

void fxw_wake_close(const struct fxw_call *call, u16 abi_flags, long ret)
{
	fxw_scan_end(false);
	fxw_wake_tell(call, abi_flags, ret,
		      fxw_publish_match(call->op, call->address));
}

void fxw_wake_tell(const struct fxw_call *call, u16 abi_flags, long ret,
		   unsigned long sessions)
{
	bool split = false;
	struct split seen fxw_filled;
	struct futexwatch_wake rec fxw_filled;
	u32 woken;

	if (call->kind & FXW_SPLIT)
		split = take_split(&seen);
	if (!sessions)
		return;
	fxw_wake_fill(&rec, FUTEXWATCH_REC_WAKE, call->op);
	rec.head.flags = call->flags | abi_flags;
	rec.head.address = call->address;
	rec.head.ret = ret;
	rec.cause = call->kind & FXW_PI ? FUTEXWATCH_CAUSE_PI
					: FUTEXWATCH_CAUSE_CALL;
	rec.asked = call->val;
	rec.address2 = call->address2;
	rec.val3 = call->val3;
	woken = woken_first(call, ret, split, seen.woken);
	rec.woken = woken;
	if (split)
		rec.wakee_tid = seen.wakee_tid[0];
	if (!(call->kind & FXW_REQUEUES) || call->val)
		fxw_publish_wake(sessions, &rec);
	if (call->kind & FXW_REQUEUES)
		publish_requeue(sessions, &rec, call,
				ret > 0 ? ret - woken : 0);
	else if (split && seen.woken[1] && ret > 0) {
		rec.woken = seen.woken[1];
		publish_second(sessions, &rec, call, seen.wakee_tid[1]);
	}
}
