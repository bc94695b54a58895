// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - where a hash table begins: proved by what is queued there. */

#include "bucket.h"

void fxw_trust_init(struct fxw_trust *t)
{
	memset(t, 0, sizeof(*t));
	raw_spin_lock_init(&t->lock);
	t->need = FXW_TRUST_WAITS;
}

static u32 trust_different(u64 seen)
{
	u32 n;

	for (n = 0; seen; n++)
		seen &= seen - 1;
	return n;
}

/* One wait was elsewhere: all is to be proved anew. */
static void trust_drop(struct fxw_trust *t)
{
	t->disagreed++;
	t->candidate = 0;
	t->agreed = 0;
	t->seen = 0;
	if (!t->base)
		return;
	WRITE_ONCE(t->base, 0);
	t->lost++;
	t->need = min(2 * t->need, FXW_TRUST_MOST);
}

static void trust_agree(struct fxw_trust *t, u64 base, u32 index)
{
	t->candidate = base;
	t->agreed++;
	t->seen |= BIT_ULL(index & 63);
	if (t->agreed >= t->need &&
	    trust_different(t->seen) >= FXW_TRUST_DIFFERENT)
		WRITE_ONCE(t->base, base);
}

bool fxw_trust_learn(struct fxw_trust *t, u64 at, u32 index, u32 stride)
{
	u64 base = at - (u64)index * stride;
	bool agrees;

	raw_spin_lock(&t->lock);
	agrees = base && (!t->candidate || base == t->candidate);
	if (agrees)
		trust_agree(t, base, index);
	else
		trust_drop(t);
	raw_spin_unlock(&t->lock);
	return agrees;
}

void fxw_trust_read(struct fxw_trust *t, struct fxw_trust *copy)
{
	memset(copy, 0, sizeof(*copy));
	raw_spin_lock(&t->lock);
	copy->base = t->base;
	copy->agreed = t->agreed;
	copy->need = t->need;
	copy->disagreed = t->disagreed;
	copy->lost = t->lost;
	raw_spin_unlock(&t->lock);
}
