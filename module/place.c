// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - where a waiter is queued: which bucket of which table. */

#include <linux/log2.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "compat.h"
#include "hooks.h"
#include "place.h"
#include "scan.h"
#include "word.h"

#define STRIDE ((u32)sizeof(struct fxw_hb))

struct fxw_tables fxw_tables;
DEFINE_PER_CPU(struct fxw_told, fxw_told);

static inline void set_unknown(struct fxw_place *p, u8 why)
{
	p->bucket = FUTEXWATCH_BUCKET_UNKNOWN;
	p->table = FUTEXWATCH_TABLE_UNKNOWN;
	p->order = 0;
	p->why = why;
}

static inline void set_known(struct fxw_place *p, u32 table, u32 index,
			     u32 order)
{
	p->bucket = index;
	p->table = table;
	p->order = order;
	p->why = 0;
}

/* A table of its own, with more than the one bucket that stands for none. */
static inline const void *own_table(const struct mm_struct *mm, u32 *mask)
{
	const void *own = mm ? fxw_private_hash(mm) : NULL;

	*mask = own ? fxw_private_mask(own) : 0;
	return *mask ? own : NULL;
}

u32 fxw_place_slots(const struct mm_struct *mm)
{
	u32 mask;

	return own_table(mm, &mask) ? mask + 1 : 0;
}

static __always_inline bool find_home(struct fxw_home *home,
				      const struct fxw_key *key,
				      const struct mm_struct *mm)
{
	const struct fxw_shape *shape = &fxw_tables.shape;
	u32 hash, node, mask;
	const void *own;

	if (FXW_BUCKET_MODEL == FUTEXWATCH_MODEL_PRIVATE &&
	    fxw_key_is_private(key) && key->node == FXW_NO_NODE) {
		own = own_table(mm, &mask);
		if (likely(own)) {
			home->at = (unsigned long)own;
			home->table = FUTEXWATCH_TABLE_PRIVATE;
			home->index = fxw_bucket_hash_private(key) & mask;
			home->order = ilog2(mask + 1);
			return true;
		}
	}
	hash = fxw_bucket_hash(key);
	node = fxw_bucket_node(shape, key, hash);
	if (unlikely(node >= fxw_tables.nr - FUTEXWATCH_TABLE_GLOBAL))
		return false;
	home->at = 0;
	home->table = FUTEXWATCH_TABLE_GLOBAL + node;
	home->index = hash & (BIT(shape->order) - 1);
	home->order = shape->order;
	return true;
}

bool fxw_place_home(struct fxw_home *home, const struct fxw_key *key,
		    const struct mm_struct *mm)
{
	return find_home(home, key, mm);
}

static inline bool is_proved(const struct fxw_home *home, const void *hb)
{
	u64 base = fxw_trust_base(&fxw_tables.trust[home->table]);

	return base &&
	       home->at + base + (u64)home->index * STRIDE == (unsigned long)hb;
}

/* A wait that proves nothing yet, or the contrary. */
static noinline bool learn(const struct fxw_home *home, const void *hb)
{
	struct fxw_trust *trust = &fxw_tables.trust[home->table];

	if (fxw_trust_learn(trust, (unsigned long)hb - home->at, home->index,
			    STRIDE))
		this_cpu_inc(fxw_tables.agreed[home->table]);
	return is_proved(home, hb);
}

void fxw_place_queued(struct fxw_waiter *w, const struct fxw_key *key)
{
	struct fxw_home home fxw_filled;

	set_unknown(&w->last, FUTEXWATCH_UNTOLD_OTHER);
	w->scanned = 0;
	if (unlikely(!key)) {
		set_unknown(&w->place, FUTEXWATCH_UNTOLD_KEY);
		return;
	}
	if (unlikely(!find_home(&home, key, current->mm))) {
		set_unknown(&w->place, FUTEXWATCH_UNTOLD_OTHER);
		return;
	}
	if (likely(is_proved(&home, w->hb))) {
		this_cpu_inc(fxw_tables.agreed[home.table]);
	} else if (!learn(&home, w->hb)) {
		set_unknown(&w->place, FUTEXWATCH_UNTOLD_PROOF);
		return;
	}
	set_known(&w->place, home.table, home.index, home.order);
}

static bool find_in(struct fxw_place *p, u32 table, u64 at, u32 order,
		    const void *hb)
{
	u64 base = fxw_trust_base(&fxw_tables.trust[table]);
	u32 index;

	if (!base)
		return false;
	index = fxw_bucket_index(at + base, (unsigned long)hb, STRIDE,
				 1U << order);
	if (index == FUTEXWATCH_BUCKET_UNKNOWN)
		return false;
	set_known(p, table, index, order);
	return true;
}

/* Which bucket @hb is, by the proved bases alone. */
static noinline void find_bucket(struct fxw_place *p, const void *hb,
				 const struct mm_struct *mm)
{
	const void *own;
	u32 mask, i;

	own = own_table(mm, &mask);
	if (own && find_in(p, FUTEXWATCH_TABLE_PRIVATE, (unsigned long)own,
			   ilog2(mask + 1), hb))
		return;
	for (i = FUTEXWATCH_TABLE_GLOBAL; i < fxw_tables.nr; i++)
		if (find_in(p, i, 0, fxw_tables.shape.order, hb))
			return;
	set_unknown(p, FUTEXWATCH_UNTOLD_PROOF);
}

static __always_inline const struct fxw_hb *
see_bucket(struct fxw_place *p, const struct fxw_waiter *w, const void *q,
	   const struct mm_struct *mm)
{
	const void *lock = fxw_word_lock(q);
	const struct fxw_hb *hb;

	if (unlikely(!lock))
		return NULL;
	hb = container_of(lock, const struct fxw_hb, lock);
	if (likely(hb == w->hb))
		*p = w->place;
	else
		find_bucket(p, hb, mm);
	return hb;
}

void fxw_place_waking(struct fxw_waiter *w, const void *q,
		      const struct mm_struct *mm)
{
	see_bucket(&w->last, w, q, mm);
}

bool fxw_place_see(struct fxw_place *p, const struct fxw_waiter *w,
		   const struct mm_struct *mm)
{
	return see_bucket(p, w, w->q, mm);
}

void fxw_place_marked(struct fxw_waiter *w, const void *q)
{
	const struct fxw_hb *hb = see_bucket(&w->last, w, q, current->mm);

	/* Only what is surely a bucket is looked into. */
	if (likely(hb && w->last.table))
		w->scanned = fxw_scan_marked(hb, q);
}

/* A plain wait that ended so has been queued, whether it was seen or not. */
static bool must_have_slept(const struct fxw_waiter *w, u8 outcome)
{
	return !(w->call.kind & FXW_PI) &&
	       (outcome == FUTEXWATCH_OUT_WOKEN ||
		outcome == FUTEXWATCH_OUT_TIMED_OUT);
}

void fxw_place_ended(const struct fxw_waiter *w, u8 outcome)
{
	if (likely(w->queued)) {
		if (likely(w->place.table || w->last.table))
			this_cpu_inc(fxw_told.told);
		else
			this_cpu_inc(fxw_told.untold[w->place.why]);
		return;
	}
	if (!must_have_slept(w, outcome))
		return;
	if (fxw_hooks_whole())
		this_cpu_inc(fxw_told.untold[FUTEXWATCH_UNTOLD_SILENT]);
	else
		this_cpu_inc(fxw_told.untold[FUTEXWATCH_UNTOLD_HOOK]);
}
