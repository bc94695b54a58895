// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - which events a session wants: sets of task numbers. */

#include "filter.h"

static inline u32 idset_home(u32 id)
{
	return (id * 0x9e3779b1U) >> 16 & (FXW_IDSET_SLOTS - 1);
}

void fxw_idset_init(struct fxw_idset *set)
{
	memset(set, 0, sizeof(*set));
	raw_spin_lock_init(&set->lock);
}

/* Slot of @id, or FXW_IDSET_SLOTS. Ends soon: most slots are empty. */
static u32 idset_find(const struct fxw_idset *set, u32 id)
{
	u32 i = idset_home(id), n, seen;

	for (n = 0; n < FXW_IDSET_SLOTS; n++) {
		seen = READ_ONCE(set->ids[i]);
		if (seen == id)
			return i;
		if (!seen)
			break;
		i = (i + 1) & (FXW_IDSET_SLOTS - 1);
	}
	return FXW_IDSET_SLOTS;
}

bool fxw_idset_has(const struct fxw_idset *set, u32 id)
{
	return idset_find(set, id) < FXW_IDSET_SLOTS;
}

int fxw_idset_add(struct fxw_idset *set, u32 id)
{
	u32 i = idset_home(id);
	int ret = 0;

	raw_spin_lock(&set->lock);
	if (idset_find(set, id) < FXW_IDSET_SLOTS)
		goto out;
	if (set->nr >= FXW_FILTER_IDS) {
		ret = -ENOSPC;
		goto out;
	}
	while (set->ids[i] && set->ids[i] != FXW_IDSET_GONE)
		i = (i + 1) & (FXW_IDSET_SLOTS - 1);
	WRITE_ONCE(set->ids[i], id);
	set->nr++;
out:
	raw_spin_unlock(&set->lock);
	return ret;
}

/*
 * A freed slot becomes empty when nothing follows it, and so do the used ones
 * before it: else a set with much coming and going would have no empty slot
 * left to end a search.
 */
void fxw_idset_remove(struct fxw_idset *set, u32 id)
{
	u32 i;

	raw_spin_lock(&set->lock);
	i = idset_find(set, id);
	if (i == FXW_IDSET_SLOTS)
		goto out;
	set->nr--;
	WRITE_ONCE(set->ids[i], FXW_IDSET_GONE);
	if (set->ids[(i + 1) & (FXW_IDSET_SLOTS - 1)])
		goto out;
	while (set->ids[i] == FXW_IDSET_GONE) {
		WRITE_ONCE(set->ids[i], 0);
		i = (i - 1) & (FXW_IDSET_SLOTS - 1);
	}
out:
	raw_spin_unlock(&set->lock);
}
