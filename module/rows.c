// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the rows of a session's table, for user space. */

#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "rows.h"
#include "session.h"

#define ROW_LEAST 1488 /* the first version's */

/* Not larger than a page, so that its ends tell of all of it. */
static bool is_writable(u8 __user *to, u32 size)
{
	BUILD_BUG_ON(sizeof(struct futexwatch_row) > PAGE_SIZE);
	return !put_user(0, to) && !put_user(0, to + size - 1);
}

/* All but the empty blocks of the histograms. */
static bool copy_sparse(u8 __user *to, const struct futexwatch_row *row)
{
	const u32 hists = offsetof(struct futexwatch_row, wait_hist);
	const u32 rest = offsetof(struct futexwatch_row, scanned);
	const u32 size = FUTEXWATCH_HIST_BLOCK * sizeof(row->wait_hist[0]);
	const u8 *from = (const u8 *)row;
	u32 blocks = row->blocks, at;

	if (!user_access_begin(to, sizeof(*row)))
		return false;
	unsafe_copy_to_user(to, from, hists, fault);
	for (; blocks; blocks &= blocks - 1) {
		at = hists + __ffs(blocks) * size;
		unsafe_copy_to_user(to + at, from + at, size, fault);
	}
	unsafe_copy_to_user(to + rest, from + rest, sizeof(*row) - rest, fault);
	user_access_end();
	return true;
fault:
	user_access_end();
	return false;
}

static bool copy_row(u8 __user *to, const struct futexwatch_row *row,
		     const struct futexwatch_cursor *c)
{
	if (c->flags & FUTEXWATCH_CUR_SPARSE)
		return copy_sparse(to, row);
	return !copy_to_user(to, row, c->item_size);
}

/*
 * With RESET a row that was read exists nowhere else, so its place in user
 * memory is touched before; and rows already copied are never taken back.
 */
static int read_rows(struct fxw_session *s, struct futexwatch_cursor *c,
		     struct futexwatch_row *row)
{
	bool reset = c->flags & FUTEXWATCH_CUR_RESET, there;
	u8 __user *to = u64_to_user_ptr(c->items);
	bool touched = !reset; /* what @to points to */
	u32 n = 0, room = c->count;
	int ret = 0;

	for (; n < room && c->position <= s->table.mask; c->position++) {
		if (!touched && !is_writable(to, c->item_size)) {
			ret = -EFAULT;
			break;
		}
		touched = true;
		local_irq_disable();
		there = fxw_table_read(&s->table, c->position, reset, row);
		local_irq_enable();
		cond_resched();
		if (!there)
			continue;
		if (!copy_row(to, row, c)) {
			ret = -EFAULT;
			break;
		}
		to += c->item_size;
		touched = !reset;
		n++;
	}
	c->count = n;
	return n ? 0 : ret;
}

int fxw_rows_read(struct fxw_session *s, struct futexwatch_cursor *c)
{
	const u32 known = FUTEXWATCH_CUR_RESET | FUTEXWATCH_CUR_SPARSE;
	struct futexwatch_row *row;
	u32 least = ROW_LEAST;
	int ret;

	if (c->flags & FUTEXWATCH_CUR_SPARSE)
		least = sizeof(*row);
	if (c->flags & ~known || !c->count || c->item_size < least ||
	    c->item_size > sizeof(*row))
		return -EINVAL;
	if (!(s->flags & FUTEXWATCH_CFG_TABLE))
		return -EBADFD;
	row = kzalloc(sizeof(*row), GFP_KERNEL);
	if (!row)
		return -ENOMEM;
	ret = read_rows(s, c, row);
	kfree(row);
	return ret;
}
