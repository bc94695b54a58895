/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - which bucket an address is, by the proved bases alone. */
#ifndef FXW_PLACE_FIND_H
#define FXW_PLACE_FIND_H

#include <linux/log2.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "compat.h"
#include "place.h"

#define FXW_HB_STRIDE ((u32)sizeof(struct fxw_hb))

static inline void fxw_place_set(struct fxw_place *p, u32 table, u32 index,
				 u32 order)
{
	p->bucket = index;
	p->table = table;
	p->order = order;
	p->why = 0;
}

/* A table of its own, with more than the one bucket that stands for none. */
static inline const void *fxw_place_own(const struct mm_struct *mm, u32 *mask)
{
	const void *own = mm ? fxw_private_hash(mm) : NULL;

	*mask = own ? fxw_private_mask(own) : 0;
	return *mask ? own : NULL;
}

static inline bool fxw_place_find_in(struct fxw_place *p, u32 table, u64 at,
				     u32 order, const void *hb)
{
	u64 base = fxw_trust_base(&fxw_tables.trust[table]);
	u32 index;

	if (unlikely(!base))
		return false;
	index = fxw_bucket_index(at + base, (unsigned long)hb, FXW_HB_STRIDE,
				 1U << order);
	if (index == FUTEXWATCH_BUCKET_UNKNOWN)
		return false;
	fxw_place_set(p, table, index, order);
	return true;
}

/* Which bucket @hb is, by the proved bases alone. */
static __always_inline bool fxw_place_find(struct fxw_place *p, const void *hb,
					   const struct mm_struct *mm)
{
	const void *own;
	u32 mask, i;

	if (FXW_BUCKET_MODEL == FUTEXWATCH_MODEL_PRIVATE) {
		own = fxw_place_own(mm, &mask);
		if (likely(own) &&
		    fxw_place_find_in(p, FUTEXWATCH_TABLE_PRIVATE,
				      (unsigned long)own, ilog2(mask + 1), hb))
			return true;
	}
	for (i = FUTEXWATCH_TABLE_GLOBAL; i < fxw_tables.nr; i++)
		if (likely(fxw_place_find_in(p, i, 0, fxw_tables.shape.order,
					     hb)))
			return true;
	return false;
}

/* Is @w's wait one of those that have their key hashed? By its CPU's count. */
static __always_inline bool fxw_place_is_checked(const struct fxw_waiter *w)
{
	return !(w->id >> 16 & (FXW_PLACE_CHECK - 1));
}

#endif /* FXW_PLACE_FIND_H */
