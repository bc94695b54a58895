// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - a session's configuration: checked, and made a filter. */

#include <linux/log2.h>
#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "config.h"
#include "limits.h"
#include "session.h"
#include "stack.h"

static int check_count(u32 *count, u32 lowest, u32 highest, u32 usual)
{
	if (!*count)
		*count = min(usual, highest);
	if (*count > highest)
		return -E2BIG;
	if (*count < lowest || !is_power_of_2(*count))
		return -EINVAL;
	return 0;
}

static int check_flags(const struct futexwatch_config *cfg)
{
	const u32 ring_only = FUTEXWATCH_CFG_OVERWRITE | FUTEXWATCH_CFG_TASKS;

	if (cfg->flags & ~FUTEXWATCH_CFG_ALL || cfg->pad)
		return -EINVAL;
	if (!(cfg->flags & (FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_TABLE |
			    FUTEXWATCH_CFG_STACKS)))
		return -EINVAL;
	if (cfg->flags & ring_only && !(cfg->flags & FUTEXWATCH_CFG_RING))
		return -EINVAL;
	if (cfg->flags & FUTEXWATCH_CFG_FOLLOW && !cfg->nr_pids)
		return -EINVAL;
	if (cfg->flags & FUTEXWATCH_CFG_LIGHT &&
	    cfg->flags & FUTEXWATCH_CFG_STACKS)
		return -EINVAL;
	return 0;
}

static int check_filter(struct futexwatch_config *cfg)
{
	if (cfg->ops & ~FUTEXWATCH_OPS_ALL)
		return -EINVAL;
	if (!cfg->ops)
		cfg->ops = FUTEXWATCH_OPS_ALL;
	if (!cfg->addr_last)
		cfg->addr_last = ~0ULL;
	if (cfg->addr_last < cfg->addr_first)
		return -EINVAL;
	if (cfg->nr_pids > FXW_FILTER_IDS || cfg->nr_tids > FXW_FILTER_IDS)
		return -E2BIG;
	return 0;
}

int fxw_config_check(struct futexwatch_config *cfg)
{
	int ret = check_flags(cfg);

	if (ret)
		return ret;
	if (cfg->flags & FUTEXWATCH_CFG_RING)
		ret = check_count(&cfg->ring_records, FXW_RING_MIN,
				  fxw_session_max_records(), FXW_RING_DEFAULT);
	else
		cfg->ring_records = 0;
	if (ret)
		return ret;
	if (cfg->flags & FUTEXWATCH_CFG_TABLE)
		ret = check_count(&cfg->table_rows, FXW_TABLE_MIN,
				  FXW_TABLE_MAX, FXW_TABLE_DEFAULT);
	else
		cfg->table_rows = 0;
	if (ret)
		return ret;
	ret = fxw_stack_check(cfg);
	if (ret)
		return ret;
	if (cfg->watermark > cfg->ring_records ||
	    cfg->wake_ms > FXW_WAKE_MS_MAX)
		return -EINVAL;
	if (!cfg->wake_ms)
		cfg->wake_ms = FXW_WAKE_MS_DEFAULT;
	return check_filter(cfg);
}

/* The initial namespace's number for the caller's @id, 0 when there is none. */
static u32 global_id(u32 id, bool process)
{
	struct pid *pid;
	u32 nr = 0;

	rcu_read_lock();
	pid = find_vpid(id);
	if (pid && pid_task(pid, process ? PIDTYPE_TGID : PIDTYPE_PID))
		nr = pid_nr(pid);
	rcu_read_unlock();
	return nr;
}

static int add_id(struct fxw_idset *set, u32 id, bool process)
{
	u32 nr = id > PID_MAX_LIMIT ? 0 : global_id(id, process);
	unsigned long flags;
	int ret;

	if (!nr)
		return -ESRCH;
	local_irq_save(flags);
	ret = fxw_idset_add(set, nr);
	local_irq_restore(flags);
	return ret;
}

static int make_set(struct fxw_idset **out, u64 ids, u32 nr, bool process)
{
	struct fxw_idset *set;
	u32 i, id;
	int ret;

	if (!nr)
		return 0;
	set = kvzalloc(sizeof(*set), GFP_KERNEL_ACCOUNT);
	if (!set)
		return -ENOMEM;
	fxw_idset_init(set);
	*out = set;
	for (i = 0; i < nr; i++) {
		if (get_user(id, (u32 __user *)u64_to_user_ptr(ids) + i))
			return -EFAULT;
		ret = add_id(set, id, process);
		if (ret)
			return ret;
	}
	return 0;
}

int fxw_config_filter(struct fxw_filter *f, const struct futexwatch_config *cfg)
{
	int ret;

	f->ops = cfg->ops;
	f->follow = cfg->flags & FUTEXWATCH_CFG_FOLLOW;
	f->min_wait_ns = cfg->min_wait_ns;
	f->addr_first = cfg->addr_first;
	f->addr_last = cfg->addr_last;
	ret = make_set(&f->pids, cfg->pids, cfg->nr_pids, true);
	if (ret)
		return ret;
	return make_set(&f->tids, cfg->tids, cfg->nr_tids, false);
}
