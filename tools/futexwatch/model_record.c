// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the model's counting of records, as the device counts rows */

#include "model.h"
#include "queues.h"

#include "history.h"

static void count_thread(struct model *model, struct lock *lock, uint32_t tid)
{
	static char present;
	uint64_t word = lock->address ^ lock->space << 48;

	if (map_get(&model->threads, word, tid))
		return;
	map_put(&model->threads, word, tid, &present);
	lock->threads++;
}

static bool ends_woken(const struct futexwatch_wait *wait)
{
	return wait->outcome == FUTEXWATCH_OUT_WOKEN ||
	       wait->outcome == FUTEXWATCH_OUT_ACQUIRED ||
	       wait->outcome == FUTEXWATCH_OUT_OWNER_DIED;
}

/* An adopted wait slept before the session began, which is all we know. */
void model_add_sleep(struct lock *lock, const struct futexwatch_wait *wait)
{
	uint64_t end = wait->head.time_ns - wait->run_delay_ns;
	uint64_t begin = 0;
	uint32_t nr = futexwatch_weight(&wait->head);

	lock->asleep += nr;
	if (wait->bucket != FUTEXWATCH_BUCKET_UNKNOWN) {
		lock->bucket = wait->bucket;
		lock->table = queues_table(wait);
		lock->table_order = wait->table_order;
	}
	lock->scanned += (uint64_t)wait->scanned * nr;
	lock->found += wait->scanned ? nr : 0;
	if (!(wait->head.flags & FUTEXWATCH_F_ADOPTED))
		begin = end - wait->asleep_ns;
	if (begin <= end)
		spans_add(&lock->spans, begin, end);
	if (lock->waiters_peak < lock->spans.nr)
		lock->waiters_peak = (uint32_t)lock->spans.nr;
}

static void audit(struct model *model, const struct futexwatch_wait *wait)
{
	if (!(wait->head.flags & FUTEXWATCH_F_ASLEEP) || !ends_woken(wait))
		return;
	model->audit_waits++;
	model->audit_edges += wait->waker_tid != 0;
}

static void add_wait(struct model *model, struct lock *lock,
		     const struct futexwatch_wait *wait)
{
	unsigned int outcome = wait->outcome;
	uint32_t nr = futexwatch_weight(&wait->head);

	if (outcome >= FUTEXWATCH_OUT_WAITING)
		outcome = FUTEXWATCH_OUT_ERROR;
	lock->outcomes[outcome] += nr;
	count_thread(model, lock, wait->head.tid);
	audit(model, wait);
	if (wait->head.flags & FUTEXWATCH_F_ASLEEP)
		model_add_sleep(lock, wait);
	model->taken++;
	model->passed += nr - 1;
	if (!(wait->head.flags & FUTEXWATCH_F_ADOPTED)) {
		lock->taken_ns += wait->wait_ns;
		times_add(&lock->wait, wait->wait_ns, nr);
		if (wait->run_delay_ns)
			times_add(&lock->run_delay, wait->run_delay_ns, nr);
	}
	if (wait->waker_tid) {
		lock->last_waker = wait->waker_tid;
		lock_add_waker(lock, wait->waker_tid, nr);
	}
}

static void add_wake(struct lock *lock, const struct futexwatch_wake *wake)
{
	lock->wakes++;
	lock->woken += wake->woken;
	if (!wake->woken && wake->head.ret >= 0)
		lock->empty_wakes++;
}

/* What a call came to that was counted when it began, as an empty one. */
static void add_more(struct model *model, struct lock *lock,
		     const struct futexwatch_wake *wake)
{
	lock->woken += wake->woken;
	lock->requeues += wake->moved;
	if (wake->woken && !wake->asked && lock->empty_wakes)
		lock->empty_wakes--;
	if (model->history)
		history_more(model->history, lock, wake);
}

/* A requeue call may leave two records; it is counted with the second. */
static bool is_requeue_op(unsigned int op)
{
	return op == FUTEXWATCH_OP_REQUEUE || op == FUTEXWATCH_OP_CMP_REQUEUE ||
	       op == FUTEXWATCH_OP_CMP_REQUEUE_PI ||
	       op == FUTEXWATCH_OP_FUTEX2_REQUEUE;
}

static void add_to_lock(struct model *model, struct lock *lock,
			const union futexwatch_record *rec)
{
	unsigned int op = rec->head.op;

	if (rec->head.flags & FUTEXWATCH_F_MORE &&
	    rec->head.type != FUTEXWATCH_REC_WAIT) {
		add_more(model, lock, &rec->wake);
		return;
	}
	if (op < FUTEXWATCH_OPS &&
	    (rec->head.type != FUTEXWATCH_REC_WAKE || !is_requeue_op(op)))
		lock->ops[op] += futexwatch_weight(&rec->head);
	switch (rec->head.type) {
	case FUTEXWATCH_REC_WAIT:
		add_wait(model, lock, &rec->wait);
		if (model->history)
			history_wait(model->history, lock, &rec->wait);
		break;
	case FUTEXWATCH_REC_WAKE:
		add_wake(lock, &rec->wake);
		if (model->history)
			history_wake(model->history, lock, &rec->wake);
		break;
	case FUTEXWATCH_REC_REQUEUE:
		lock->requeues += rec->wake.moved;
		break;
	}
}

void model_add_record(struct model *model, const union futexwatch_record *rec)
{
	const struct futexwatch_head *head = &rec->head;

	model->records++;
	if (!model->first_ns)
		model->first_ns = head->time_ns;
	if (head->time_ns > model->last_ns)
		model->last_ns = head->time_ns;
	if (head->type == FUTEXWATCH_REC_WAIT ||
	    head->type == FUTEXWATCH_REC_WAKE ||
	    head->type == FUTEXWATCH_REC_REQUEUE)
		add_to_lock(model, model_lock(model, head), rec);
}

void model_add_stack(struct model *model, const struct futexwatch_stack *stack)
{
	const struct futexwatch_head *head = &stack->head;
	struct lock *lock =
		map_get(&model->by_word, head->space, head->address);
	const uint32_t nr = futexwatch_weight(head);
	const struct lock_site site = { .site = stack->site,
					.whose = stack->whose,
					.count = nr,
					.total_ns = stack->wait_ns * nr };

	if (stack->site)
		model->stacks.told++;
	else
		model->stacks.unread++;
	if (!stack->site && head->flags & FUTEXWATCH_F_COMPAT)
		model->stacks.narrow++;
	if (!lock)
		lock = model_lock(model, head);
	if (stack->whose <= FUTEXWATCH_STACK_WAKER)
		lock_add_site(lock, &site);
}
