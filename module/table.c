// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - one row of counts per futex word. Knows nothing of sessions. */

#include "table.h"
#include "table_row.h"

void fxw_table_init(struct fxw_table *t, struct fxw_table_slot *slots, u32 nr)
{
	u32 i;

	t->mask = nr - 1;
	t->slots = slots;
	atomic_set(&t->used, 0);
	for (i = 0; i < nr; i++)
		raw_spin_lock_init(&slots[i].lock);
}

static void slot_claim(struct fxw_table *t, struct fxw_table_slot *s, u64 key,
		       const struct futexwatch_head *h)
{
	memset(&s->row, 0, sizeof(s->row));
	s->row.address = h->address;
	s->row.space = h->space;
	s->row.bucket = FUTEXWATCH_BUCKET_UNKNOWN;
	WRITE_ONCE(s->key, key);
	atomic_inc(&t->used);
}

/*
 * Takes slot @s for @h if it is free: locked on true. Two CPUs may want it for
 * the same word; the second finds it taken, and as its own.
 */
static bool slot_take(struct fxw_table *t, struct fxw_table_slot *s, u64 key,
		      const struct futexwatch_head *h)
{
	fxw_row_lock(&s->lock);
	if (s->key <= FXW_TABLE_GONE)
		slot_claim(t, s, key, h);
	if (likely(fxw_table_is(s, key, h->space, h->address)))
		return true;
	fxw_row_unlock(&s->lock);
	return false;
}

/*
 * The slot of a word, locked; NULL when there is none and none is free within
 * reach. A slot given back is used again only when the word is nowhere
 * further on. Two rows for one word can come about when a row before is
 * given back between two CPUs' searches; readers add them up.
 */
static noinline struct fxw_table_slot *slot_get(struct fxw_table *t,
						const struct futexwatch_head *h)
{
	u64 key = fxw_table_key(h->space, h->address);
	struct fxw_table_slot *s, *gone = NULL;
	u32 i, home = fxw_table_first(key);
	u64 seen;

	for (i = 0; i < FXW_TABLE_PROBES; i++) {
		s = &t->slots[(home + i) & t->mask];
		seen = READ_ONCE(s->key);
		if (likely(seen == key)) {
			fxw_row_lock(&s->lock);
			if (likely(fxw_table_is(s, key, h->space, h->address)))
				return s;
			fxw_row_unlock(&s->lock);
		} else if (seen == FXW_TABLE_GONE) {
			if (!gone)
				gone = s;
		} else if (seen == FXW_TABLE_EMPTY) {
			if (slot_take(t, gone ? gone : s, key, h))
				return gone ? gone : s;
			if (!gone)
				continue;
			gone = NULL;
			if (slot_take(t, s, key, h))
				return s;
		}
	}
	return gone && slot_take(t, gone, key, h) ? gone : NULL;
}

/* The same; most are where the search begins, and nobody has them locked. */
static __always_inline struct fxw_table_slot *
slot_of(struct fxw_table *t, const struct futexwatch_head *h)
{
	struct fxw_table_slot *s;

	if (likely(fxw_table_home(t, h->space, h->address, &s)))
		return s;
	return slot_get(t, h);
}

/* A requeue call may leave two records; it is counted with the second. */
#define REQUEUE_OPS                                                    \
	(BIT(FUTEXWATCH_OP_REQUEUE) | BIT(FUTEXWATCH_OP_CMP_REQUEUE) | \
	 BIT(FUTEXWATCH_OP_CMP_REQUEUE_PI) |                           \
	 BIT(FUTEXWATCH_OP_FUTEX2_REQUEUE))

bool fxw_table_queued(struct fxw_table *t, const struct futexwatch_head *h)
{
	struct fxw_table_slot *s = slot_of(t, h);

	if (!s)
		return false;
	fxw_row_queued(&s->row, h->pid, h->pid_ns);
	fxw_row_unlock(&s->lock);
	return true;
}

void fxw_table_left(struct fxw_table *t, const struct futexwatch_head *h)
{
	struct fxw_table_slot *s = slot_of(t, h);

	if (!s)
		return;
	if (s->row.waiters)
		s->row.waiters--;
	fxw_row_unlock(&s->lock);
}

/* @w, which has been counted once, stands for others that were not taken. */
static noinline void row_sampled(struct futexwatch_row *row,
				 const struct futexwatch_wait *w)
{
	u32 more = (1U << (w->head.flags >> FUTEXWATCH_F_SAMPLE_SHIFT)) - 1;
	struct futexwatch_waker *by;

	row->ops[w->head.op] += more;
	row->outcomes[w->outcome] += more;
	row->wait_ns += w->wait_ns * more;
	row->wait_hist[fxw_hist_index(w->wait_ns)] += more;
	if (w->run_delay_ns) {
		row->run_delays += more;
		row->run_delay_ns += w->run_delay_ns * more;
		row->run_hist[fxw_hist_index(w->run_delay_ns)] += more;
	}
	if (w->head.flags & FUTEXWATCH_F_ASLEEP) {
		row->asleep += more;
		row->scanned += (u64)w->scanned * more;
	}
	for (by = row->wakers; by < row->wakers + FUTEXWATCH_WAKERS; by++) {
		if (w->waker_tid && by->tid == w->waker_tid)
			by->count += more;
	}
}

bool fxw_table_wait(struct fxw_table *t, const struct futexwatch_wait *w,
		    bool counted)
{
	struct fxw_table_slot *s = slot_of(t, &w->head);

	if (unlikely(!s))
		return false;
	fxw_row_wait(&s->row, w, counted);
	if (unlikely(w->head.flags & FUTEXWATCH_F_SAMPLE))
		row_sampled(&s->row, w);
	fxw_row_unlock(&s->lock);
	return true;
}

struct fxw_table_slot *fxw_table_far(struct fxw_table *t, u64 space,
				     u64 address)
{
	u64 seen, key = fxw_table_key(space, address);
	struct fxw_table_slot *s;
	u32 i;

	for (i = 0; i < FXW_TABLE_PROBES; i++) {
		s = &t->slots[(fxw_table_first(key) + i) & t->mask];
		seen = READ_ONCE(s->key);
		if (seen == FXW_TABLE_EMPTY)
			return NULL;
		if (seen != key)
			continue;
		fxw_row_lock(&s->lock);
		if (likely(fxw_table_is(s, key, space, address)))
			return s;
		fxw_row_unlock(&s->lock);
	}
	return NULL;
}

/* What a call came to that was counted when it began, as an empty one. */
static noinline void row_more(struct futexwatch_row *row,
			      const struct futexwatch_wake *w)
{
	row->flags &= ~FUTEXWATCH_F_MORE;
	row->requeues += w->moved;
	row->woken += w->woken;
	if (w->woken && !w->asked && row->empty_wakes)
		row->empty_wakes--;
}

bool fxw_table_wake(struct fxw_table *t, const struct futexwatch_wake *w)
{
	struct fxw_table_slot *s = slot_of(t, &w->head);
	struct futexwatch_row *row;

	if (unlikely(!s))
		return false;
	row = &s->row;
	fxw_row_touch(row, &w->head);
	if (unlikely(w->head.flags & FUTEXWATCH_F_MORE)) {
		row_more(row, w);
	} else if (w->head.type == FUTEXWATCH_REC_REQUEUE) {
		row->ops[w->head.op]++;
		row->requeues += w->moved;
	} else {
		if (!(BIT(w->head.op) & REQUEUE_OPS))
			row->ops[w->head.op]++;
		row->wakes++;
		row->woken += w->woken;
		if (w->head.ret < 0)
			row->wake_errors++;
		else if (!w->woken)
			row->empty_wakes++;
	}
	fxw_row_unlock(&s->lock);
	return true;
}

/* Of both histograms, two thirds of a row, only a few blocks are in use. */
#define BLOCK_SIZE  (FUTEXWATCH_HIST_BLOCK * sizeof(u32))
#define BLOCKS_FROM offsetof(struct futexwatch_row, wait_hist)
#define BLOCKS_END  offsetof(struct futexwatch_row, scanned)
#define NR_BLOCKS   ((BLOCKS_END - BLOCKS_FROM) / BLOCK_SIZE)

static inline u8 *block_at(struct futexwatch_row *row, u32 block)
{
	return (u8 *)row + BLOCKS_FROM + block * BLOCK_SIZE;
}

/* Those that are not empty. Where no wait has ended there are none. */
static u32 row_blocks(struct futexwatch_row *row)
{
	typedef u64 __attribute__((__may_alias__)) pair;
	u32 block, i, blocks = 0;
	u64 any = 0;
	pair *p;

	BUILD_BUG_ON(NR_BLOCKS !=
		     2 * FUTEXWATCH_HIST_BUCKETS / FUTEXWATCH_HIST_BLOCK);
	BUILD_BUG_ON(BLOCK_SIZE != 8 * sizeof(pair));
	for (i = 0; i < FUTEXWATCH_OUTCOMES; i++)
		any |= row->outcomes[i];
	for (block = 0; any && block < NR_BLOCKS; block++) {
		p = (pair *)block_at(row, block);
		if (p[0] | p[1] | p[2] | p[3] | p[4] | p[5] | p[6] | p[7])
			blocks |= 1U << block;
	}
	return blocks;
}

/* @to has nothing in blocks beside its own, and those of @from afterwards. */
static void row_copy(struct futexwatch_row *to, struct futexwatch_row *from,
		     u32 blocks)
{
	u32 block, touched = blocks | to->blocks;

	memcpy(to, from, BLOCKS_FROM);
	for (; touched; touched &= touched - 1) {
		block = __ffs(touched);
		memcpy(block_at(to, block), block_at(from, block), BLOCK_SIZE);
	}
	memcpy((u8 *)to + BLOCKS_END, (u8 *)from + BLOCKS_END,
	       sizeof(*to) - BLOCKS_END);
	to->blocks = blocks;
}

/* All counts to zero; who and where stays, and so do the waiters. */
static void row_reset(struct futexwatch_row *row, u32 blocks)
{
	const size_t from = offsetof(struct futexwatch_row, first_ns);
	u32 waiters = row->waiters;

	memset((u8 *)row + from, 0, BLOCKS_FROM - from);
	for (; blocks; blocks &= blocks - 1)
		memset(block_at(row, __ffs(blocks)), 0, BLOCK_SIZE);
	row->scanned = 0;
	row->waiters = waiters;
	row->waiters_peak = waiters;
}

bool fxw_table_read(struct fxw_table *t, u32 i, bool reset,
		    struct futexwatch_row *row)
{
	struct fxw_table_slot *s = &t->slots[i];
	bool found = false;
	u32 blocks;

	if (READ_ONCE(s->key) <= FXW_TABLE_GONE)
		return false;
	fxw_row_lock(&s->lock);
	if (s->key > FXW_TABLE_GONE) {
		found = s->row.first_ns || s->row.wakes || s->row.waiters;
		blocks = found ? row_blocks(&s->row) : 0;
		if (found)
			row_copy(row, &s->row, blocks);
		if (found && reset)
			row_reset(&s->row, blocks);
		if (!found && reset) {
			WRITE_ONCE(s->key, FXW_TABLE_GONE);
			s->row.space = 0;
			atomic_dec(&t->used);
		}
	}
	fxw_row_unlock(&s->lock);
	return found;
}
