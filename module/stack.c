// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - takes stacks, with the registers to unwind them from. */

#include <linux/sched/task_stack.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

#include "publish.h"
#include "sample.h"
#include "session.h"
#include "stack.h"
#include "syscall.h"

DEFINE_STATIC_KEY_FALSE(fxw_stack_key);

/* The order of DWARF, which is that of no header of the kernel. */
static void copy_regs(u64 *to, const struct pt_regs *regs)
{
	to[0] = regs->ax;
	to[1] = regs->dx;
	to[2] = regs->cx;
	to[3] = regs->bx;
	to[4] = regs->si;
	to[5] = regs->di;
	to[6] = regs->bp;
	to[7] = regs->sp;
	to[8] = regs->r8;
	to[9] = regs->r9;
	to[10] = regs->r10;
	to[11] = regs->r11;
	to[12] = regs->r12;
	to[13] = regs->r13;
	to[14] = regs->r14;
	to[15] = regs->r15;
	to[16] = regs->ip;
}

/*
 * A stack ends somewhere in the next pages, or lies in some that are not in
 * memory: page by page, what is there is had.
 */
static u32 copy_stack(u8 *to, unsigned long sp, u32 room)
{
	u32 done = 0, n;

	while (done < room) {
		n = min_t(u32, room - done,
			  PAGE_SIZE - offset_in_page(sp + done));
		if (copy_from_user_nofault(to + done,
					   (const void __user *)(sp + done), n))
			break;
		done += n;
	}
	return done;
}

/*
 * More than one each @step_ns, but for a burst, are left out: user space has
 * to unwind what is taken here.
 */
static bool affordable(struct fxw_stacks *c, u64 now)
{
	u64 due = c->due_ns;

	if (now + c->burst_ns < due) {
		WRITE_ONCE(c->limited, c->limited + 1);
		return false;
	}
	c->due_ns = max(now, due) + c->step_ns;
	return true;
}

static void take(struct fxw_session *s, const struct futexwatch_stack *stack)
{
	struct fxw_stacks *c = &s->stacks[smp_processor_id()];
	const struct pt_regs *regs = task_pt_regs(current);
	struct futexwatch_stack_slot *slot;
	u32 seq, i;

	if (!affordable(c, stack->head.time_ns) ||
	    !fxw_ring_claim(&c->ring, &seq, &i))
		return;
	slot = (void *)(c->slots + (size_t)i * c->slot_size);
	slot->stack = *stack;
	fxw_publish_ids(s, current, &slot->stack.head);
	slot->stack.head.seq = seq;
	slot->stack.head.cpu = smp_processor_id();
	copy_regs(slot->regs, regs);
	memset(slot->reserved, 0, sizeof(slot->reserved));
	if (user_64bit_mode((struct pt_regs *)regs))
		slot->stack.bytes =
			copy_stack((u8 *)(slot + 1), regs->sp, c->bytes);
	if (fxw_ring_commit(&c->ring))
		irq_work_queue(&s->irq_work);
}

/*
 * Is current at the end of the call in which @w waited? A suspended wait that
 * is over by now, and one that the exit of its task ends, are told elsewhere,
 * and io_uring's has no call. Of a futex_waitv(2) the word that ended it
 * stands for all, or else the first.
 */
static bool in_its_call(const struct futexwatch_wait *w)
{
	return w->head.tid == current->pid && w->head.ret != -516 &&
	       w->head.op != FUTEXWATCH_OP_IO_WAIT &&
	       w->outcome != FUTEXWATCH_OUT_OTHER_WORD &&
	       !(current->flags & PF_EXITING);
}

static bool taken_before(struct fxw_stacks *c, const struct futexwatch_wait *w)
{
	bool same = c->call_ns == w->head.time_ns && c->call_tid == w->head.tid;

	c->call_ns = w->head.time_ns;
	c->call_tid = w->head.tid;
	return same && w->head.op == FUTEXWATCH_OP_WAITV;
}

static unsigned long who_wants(unsigned long sessions, u64 wait_ns)
{
	unsigned long found = 0;
	struct fxw_session *s;
	unsigned int i;

	for (; sessions; sessions &= sessions - 1) {
		i = __ffs(sessions);
		s = fxw_session_live(i);
		if (s && s->stacks && wait_ns >= s->stack_min_ns &&
		    wait_ns >= s->filter.min_wait_ns)
			found |= BIT(i);
	}
	return found;
}

void fxw_stack_wait_slow(unsigned long sessions,
			 const struct futexwatch_wait *w)
{
	struct futexwatch_stack stack = {
		.head = w->head,
		.whose = FUTEXWATCH_STACK_WAITER,
		.id = w->id,
		.wait_ns = w->wait_ns,
	};
	struct fxw_session *s;

	sessions = who_wants(sessions, w->wait_ns);
	if (!sessions || !in_its_call(w))
		return;
	stack.head.type = FUTEXWATCH_REC_STACK;
	for (; sessions; sessions &= sessions - 1) {
		s = fxw_session_live(__ffs(sessions));
		if (s && !taken_before(&s->stacks[smp_processor_id()], w))
			take(s, &stack);
	}
}

static bool is_waker(const struct fxw_waiter *w)
{
	return READ_ONCE(w->waker_tid) == current->pid &&
	       (w->cause == FUTEXWATCH_CAUSE_CALL ||
		w->cause == FUTEXWATCH_CAUSE_PI);
}

/* Of those that one call wakes, the one that has waited longest is told. */
static void note(const struct fxw_waiter *w, u64 wait_ns)
{
	unsigned long sessions = who_wants(READ_ONCE(w->sessions), wait_ns);
	struct fxw_waiter *me;

	if (!sessions)
		return;
	me = fxw_waiters_mine(true);
	if (!me || (me->woke.sessions && me->woke.wait_ns >= wait_ns))
		return;
	me->woke.sessions |= sessions;
	me->woke.address = 0;
	if (fxw_publish_space(current) == w->space)
		me->woke.address = w->moved_to ? w->moved_to : w->call.address;
	me->woke.id = w->id;
	me->woke.wait_ns = wait_ns;
	me->woke.sampled = w->sampled;
}

void fxw_stack_woken_slow(struct fxw_waiter *w)
{
	struct fxw_waiter *word;
	u64 begin = w->begin_ns, now = w->waking_ns;
	u64 wait_ns = now > begin ? now - begin : 0;

	if (!in_task())
		return;
	if (READ_ONCE(w->state) != FXW_VECTOR) {
		if (is_waker(w))
			note(w, wait_ns);
		return;
	}
	for (word = w->words; word < w->words + w->nr_words; word++) {
		if (is_waker(word)) {
			note(word, wait_ns);
			return;
		}
	}
}

bool fxw_stack_is_due(void)
{
	const struct fxw_waiter *me = fxw_waiters_mine(false);

	return me && me->woke.sessions;
}

void fxw_stack_wake(const struct fxw_call *call, u16 abi_flags)
{
	struct futexwatch_stack stack = {
		.head.type = FUTEXWATCH_REC_STACK,
		.head.op = call->op,
		.head.flags = call->flags | abi_flags,
		.whose = FUTEXWATCH_STACK_WAKER,
	};
	struct fxw_waiter *me = fxw_waiters_mine(false);
	unsigned long sessions;
	struct fxw_session *s;

	if (!me || !me->woke.sessions)
		return;
	sessions = me->woke.sessions;
	me->woke.sessions = 0;
	stack.head.time_ns = ktime_get_mono_fast_ns();
	stack.head.space = fxw_publish_space(current);
	/* A word that processes share may have another address here. */
	stack.head.address = me->woke.address ? me->woke.address
					      : call->address;
	stack.head.tid = current->pid;
	stack.head.pid = current->tgid;
	stack.id = me->woke.id;
	stack.wait_ns = me->woke.wait_ns;
	sessions &= fxw_publish_match(call->op, stack.head.address);
	for (; sessions; sessions &= sessions - 1) {
		s = fxw_session_live(__ffs(sessions));
		fxw_sample_mark(&stack.head, me->woke.sampled, __ffs(sessions));
		if (s && s->stacks)
			take(s, &stack);
	}
}
