// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what sessions hold: bounded together, charged to the opener. */

#include <linux/mm.h>
#include <linux/sched/mm.h>

#include "session.h"

unsigned int fxw_max_mb = FXW_MAX_MB_DEFAULT;
static atomic64_t used_pages;

u64 fxw_memory_used(void)
{
	return (u64)atomic64_read(&used_pages) << PAGE_SHIFT;
}

/* Against the module's limit first, then against RLIMIT_MEMLOCK. */
int fxw_memory_charge(struct fxw_session *s, size_t bytes)
{
	unsigned long pages = PAGE_ALIGN(bytes) >> PAGE_SHIFT;
	s64 limit = (s64)fxw_max_mb << (20 - PAGE_SHIFT);
	int ret;

	if (atomic64_add_return(pages, &used_pages) > limit) {
		ret = -ENOMEM;
		goto err_used;
	}
	ret = account_locked_vm(current->mm, pages, true);
	if (ret)
		goto err_used;
	mmgrab(current->mm);
	s->mm = current->mm;
	s->pages = pages;
	return 0;

err_used:
	atomic64_sub(pages, &used_pages);
	return ret;
}

void fxw_memory_uncharge(struct fxw_session *s)
{
	if (!s->pages)
		return;
	atomic64_sub(s->pages, &used_pages);
	/* A process that has lost its memory has no account any more. */
	if (mmget_not_zero(s->mm)) {
		account_locked_vm(s->mm, s->pages, false);
		mmput(s->mm);
	}
	mmdrop(s->mm);
	s->mm = NULL;
	s->pages = 0;
}
