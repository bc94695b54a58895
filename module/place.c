// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - where a waiter is queued: which bucket of which table. */

#include <linux/log2.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "compat.h"
#include "hooks.h"
#include "place.h"
#include "place_find.h"
#include "scan.h"
#include "word.h"

/* Waits of a CPU that are all hashed while nothing is proved. */
#define EAGER_WAITS 1024

struct fxw_tables fxw_tables;
DEFINE_PER_CPU(struct fxw_told, fxw_told);

static inline void set_unknown(struct fxw_place *p, u8 why)
{
	p->bucket = FUTEXWATCH_BUCKET_UNKNOWN;
	p->table = FUTEXWATCH_TABLE_UNKNOWN;
	p->order = 0;
	p->why = why;
}

u32 fxw_place_slots(const struct mm_struct *mm)
{
	u32 mask;

	return fxw_place_own(mm, &mask) ? mask + 1 : 0;
}

bool fxw_place_home(struct fxw_home *home, const struct fxw_key *key,
		    const struct mm_struct *mm)
{
	const struct fxw_shape *shape = &fxw_tables.shape;
	u32 hash, node, mask;
	const void *own;

	if (FXW_BUCKET_MODEL == FUTEXWATCH_MODEL_PRIVATE &&
	    fxw_key_is_private(key) && key->node == FXW_NO_NODE) {
		own = fxw_place_own(mm, &mask);
		if (own) {
			home->at = (unsigned long)own;
			home->table = FUTEXWATCH_TABLE_PRIVATE;
			home->index = fxw_bucket_hash_private(key) & mask;
			home->order = ilog2(mask + 1);
			return true;
		}
	}
	hash = fxw_bucket_hash(key);
	node = fxw_bucket_node(shape, key, hash);
	if (node >= fxw_tables.nr - FUTEXWATCH_TABLE_GLOBAL)
		return false;
	home->at = 0;
	home->table = FUTEXWATCH_TABLE_GLOBAL + node;
	home->index = hash & (BIT(shape->order) - 1);
	home->order = shape->order;
	return true;
}

/* Holds @hb against what the formula says; false: that is not (yet) believed. */
static bool prove(const struct fxw_home *home, const void *hb)
{
	struct fxw_trust *trust = &fxw_tables.trust[home->table];
	u64 at = (unsigned long)hb - home->at;
	u64 off = (u64)home->index * FXW_HB_STRIDE,
	    base = fxw_trust_base(trust);

	if ((base && base + off == at) ||
	    fxw_trust_learn(trust, at, home->index, FXW_HB_STRIDE)) {
		this_cpu_inc(fxw_tables.agreed[home->table]);
		base = fxw_trust_base(trust);
	}
	return base && base + off == at;
}

/* The place of @w by its key, which proves it. */
static noinline void check_place(struct fxw_waiter *w, const void *q)
{
	struct fxw_place *p = &w->place;
	struct fxw_home home;
	struct fxw_key key;

	if (!fxw_word_key(q, &key))
		set_unknown(p, FUTEXWATCH_UNTOLD_KEY);
	else if (!fxw_place_home(&home, &key, current->mm))
		set_unknown(p, FUTEXWATCH_UNTOLD_OTHER);
	else if (!prove(&home, w->hb))
		set_unknown(p, FUTEXWATCH_UNTOLD_PROOF);
	else
		fxw_place_set(p, home.table, home.index, home.order);
	if (p->table)
		this_cpu_inc(fxw_told.told);
	else
		this_cpu_inc(fxw_told.untold[p->why]);
}

/*
 * What a few waits on many words do not prove at once, many waits on few words
 * will not, or not soon, and their locks would be fought for.
 */
static noinline void find_unproved(struct fxw_waiter *w, const void *q)
{
	if (this_cpu_read(fxw_told.untold[FUTEXWATCH_UNTOLD_PROOF]) <
	    EAGER_WAITS) {
		check_place(w, q);
		return;
	}
	set_unknown(&w->place, FUTEXWATCH_UNTOLD_PROOF);
	this_cpu_inc(fxw_told.untold[FUTEXWATCH_UNTOLD_PROOF]);
}

/*
 * An address inside a table whose base is proved is an index. To hash its key
 * takes several times as long, so that is done now and then only. The number of
 * a wait counts those of its CPU.
 */
void fxw_place_queued(struct fxw_waiter *w, const void *q)
{
	w->last.table = FUTEXWATCH_TABLE_UNKNOWN;
	w->scanned = 0;
	if (unlikely(fxw_place_is_checked(w)))
		check_place(w, q);
	else if (likely(fxw_place_find(&w->place, w->hb, current->mm)))
		this_cpu_inc(fxw_told.told);
	else
		find_unproved(w, q);
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
	else if (!fxw_place_find(p, hb, mm))
		set_unknown(p, FUTEXWATCH_UNTOLD_PROOF);
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
		w->scanned = fxw_scan_marked(hb, q, w->light);
}

/* A plain wait that ended so has been queued, whether it was seen or not. */
static bool must_have_slept(const struct fxw_waiter *w, u8 outcome)
{
	return !(w->call.kind & FXW_PI) &&
	       (outcome == FUTEXWATCH_OUT_WOKEN ||
		outcome == FUTEXWATCH_OUT_TIMED_OUT);
}

void fxw_place_unseen(const struct fxw_waiter *w, u8 outcome)
{
	if (!must_have_slept(w, outcome))
		return;
	if (fxw_hooks_whole())
		this_cpu_inc(fxw_told.untold[FUTEXWATCH_UNTOLD_SILENT]);
	else
		this_cpu_inc(fxw_told.untold[FUTEXWATCH_UNTOLD_HOOK]);
}
