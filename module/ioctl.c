// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the device's calls: one table, one dispatcher. */

#include <linux/build_bug.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "buckets.h"
#include "compat.h"
#include "hooks.h"
#include "ioctl.h"
#include "listener.h"
#include "meter.h"
#include "rows.h"
#include "sample.h"
#include "session.h"

atomic_t fxw_ioctl_files;

union argument {
	u32 size;
	struct futexwatch_info info;
	struct futexwatch_config config;
	struct futexwatch_counters counters;
	struct futexwatch_cursor cursor;
	struct futexwatch_buckets buckets;
	struct futexwatch_words words;
	struct futexwatch_meter meter;
	struct futexwatch_sample sample;
};

static int do_info(struct fxw_session *s, union argument *arg)
{
	unsigned long live = READ_ONCE(fxw_live_mask) |
			     READ_ONCE(fxw_light_mask);
	struct futexwatch_info *info = &arg->info;
	u32 size = info->size;

	memset(info, 0, sizeof(*info));
	info->size = size;
	info->abi_version = FUTEXWATCH_ABI_VERSION;
	info->record_version = FUTEXWATCH_RECORD_VERSION;
	info->record_size = sizeof(union futexwatch_record);
	info->nr_rings = nr_cpu_ids;
	info->hooks_found = fxw_hooks_found();
	info->hooks_live = READ_ONCE(fxw_hooks_live_bits);
	info->bucket_model = FXW_BUCKET_MODEL;
	info->max_ring_records = fxw_session_max_records();
	info->max_table_rows = FXW_TABLE_MAX;
	info->max_filter_ids = FXW_FILTER_IDS;
	info->sessions_open = atomic_read(&fxw_ioctl_files);
	info->sessions_live = hweight_long(live & (BIT(FXW_LISTENER) - 1));
	info->listeners = fxw_listener_count();
	fxw_hooks_waiters(&info->waiters_size, &info->waits_in_flight);
	info->memory_used = fxw_memory_used();
	info->memory_limit = (u64)fxw_max_mb << 20;
	strscpy(info->module_version, FXW_VERSION,
		sizeof(info->module_version));
	return 0;
}

static int do_config(struct fxw_session *s, union argument *arg)
{
	return fxw_session_config(s, &arg->config);
}

static int do_start(struct fxw_session *s, union argument *arg)
{
	return fxw_session_start(s);
}

static int do_stop(struct fxw_session *s, union argument *arg)
{
	return fxw_session_stop(s);
}

static int do_counters(struct fxw_session *s, union argument *arg)
{
	struct futexwatch_counters *c = &arg->counters;
	u32 size = c->size, cpu = c->cpu;

	if (cpu != FUTEXWATCH_CPU_ALL && cpu >= nr_cpu_ids)
		return -EINVAL;
	memset(c, 0, sizeof(*c));
	c->size = size;
	c->cpu = cpu;
	if (fxw_session_configured(s))
		fxw_session_counters(s, c);
	return 0;
}

static int do_table(struct fxw_session *s, union argument *arg)
{
	return fxw_rows_read(s, &arg->cursor);
}

static int do_snapshot(struct fxw_session *s, union argument *arg)
{
	struct futexwatch_cursor *c = &arg->cursor;

	if (c->flags || c->item_size != sizeof(struct futexwatch_wait) ||
	    !c->count)
		return -EINVAL;
	if (!fxw_session_configured(s))
		return -EBADFD;
	return fxw_snapshot_read(s, c);
}

static int do_buckets(struct fxw_session *s, union argument *arg)
{
	return fxw_buckets_read(&arg->buckets);
}

static int do_words(struct fxw_session *s, union argument *arg)
{
	return fxw_buckets_words(&arg->words);
}

static int do_meter(struct fxw_session *s, union argument *arg)
{
	return fxw_meter_look(&arg->meter);
}

static int do_sample(struct fxw_session *s, union argument *arg)
{
	if (arg->sample.shift > FUTEXWATCH_SAMPLE_MAX ||
	    memchr_inv(arg->sample.reserved, 0, sizeof(arg->sample.reserved)))
		return -EINVAL;
	if (!fxw_session_configured(s))
		return -EBADFD;
	fxw_sample_set(s, arg->sample.shift);
	return 0;
}

/* @size: of the first version, below which no caller can be; 0: no argument. */
static const struct {
	u32 size;
	u32 full;
	int (*call)(struct fxw_session *s, union argument *arg);
	bool idle; /* takes long, and leaves the session alone */
} calls[] = {
	{ 112, sizeof(struct futexwatch_info), do_info },
	{ 112, sizeof(struct futexwatch_config), do_config },
	{ 0, 0, do_start },
	{ 0, 0, do_stop },
	{ 184, sizeof(struct futexwatch_counters), do_counters },
	{ 32, sizeof(struct futexwatch_cursor), do_table },
	{ 32, sizeof(struct futexwatch_cursor), do_snapshot },
	{ 88, sizeof(struct futexwatch_buckets), do_buckets },
	{ 24, sizeof(struct futexwatch_words), do_words },
	{ 160, sizeof(struct futexwatch_meter), do_meter, true },
	{ 24, sizeof(struct futexwatch_sample), do_sample },
};

static int get_argument(union argument *arg, u32 least, u32 full,
			void __user *from)
{
	u32 size;
	int ret;

	if (get_user(size, (u32 __user *)from))
		return -EFAULT;
	if (size < least)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	ret = copy_struct_from_user(arg, full, from, size);
	arg->size = size; /* again: it may have changed meanwhile */
	return ret;
}

long fxw_ioctl(struct file *file, unsigned int cmd, unsigned long argp)
{
	struct fxw_session *s = file->private_data;
	void __user *user = (void __user *)argp;
	unsigned int nr = _IOC_NR(cmd);
	union argument arg = {};
	int ret = 0;

	if (nr >= ARRAY_SIZE(calls) || cmd != _IO(FUTEXWATCH_IOC_MAGIC, nr))
		return -ENOTTY;
	if (calls[nr].size)
		ret = get_argument(&arg, calls[nr].size, calls[nr].full, user);
	if (ret)
		return ret;
	if (!calls[nr].idle)
		mutex_lock(&s->mutex);
	ret = calls[nr].call(s, &arg);
	if (!calls[nr].idle)
		mutex_unlock(&s->mutex);
	if (!ret && calls[nr].size &&
	    copy_to_user(user, &arg, min(arg.size, calls[nr].full)))
		ret = -EFAULT;
	return ret;
}

/* Same sizes on every architecture and no holes: the sum of the parts. */
#define NO_HOLE(type, last) \
	static_assert(offsetofend(struct type, last) == sizeof(struct type))

NO_HOLE(futexwatch_head, cpu);
NO_HOLE(futexwatch_wait, pad);
NO_HOLE(futexwatch_wake, reserved);
NO_HOLE(futexwatch_task, reserved);
NO_HOLE(futexwatch_stack, reserved);
NO_HOLE(futexwatch_stack_slot, reserved);
NO_HOLE(futexwatch_config, stack_size);
NO_HOLE(futexwatch_row, reserved);
NO_HOLE(futexwatch_word, waiters);
static_assert(sizeof(struct futexwatch_head) == 56);
static_assert(sizeof(union futexwatch_record) == 128);
static_assert(sizeof(struct futexwatch_stack) == 128);
static_assert(sizeof(struct futexwatch_stack_slot) == 320);
static_assert(sizeof(struct futexwatch_ring_page) == 4096);
static_assert(sizeof(struct futexwatch_row) == 1504);
static_assert(sizeof(struct futexwatch_info) == 112);
static_assert(sizeof(struct futexwatch_config) == 152);
static_assert(sizeof(struct futexwatch_counters) == 232);
static_assert(sizeof(struct futexwatch_cursor) == 32);
static_assert(sizeof(struct futexwatch_base) == 40);
static_assert(sizeof(struct futexwatch_buckets) == 88);
static_assert(sizeof(struct futexwatch_word) == 40);
static_assert(sizeof(struct futexwatch_words) == 24);
static_assert(sizeof(struct futexwatch_point) == 24);
static_assert(sizeof(struct futexwatch_meter) == 160);
static_assert(sizeof(struct futexwatch_sample) == 24);
