// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - which sessions are started. */

#include <linux/bitops.h>
#include <linux/rcupdate.h>

#include "session.h"
#include "waiters.h"

/* Orders those who start and stop; see fxw_live[]. */
static DEFINE_MUTEX(live_mutex);

struct fxw_session __rcu *fxw_live[FXW_LISTENER + 1];
unsigned long fxw_live_mask;
unsigned long fxw_light_mask;
struct fxw_session __rcu *fxw_live_only;
struct fxw_session __rcu *fxw_light_only;

static bool wants_all(const struct fxw_session *s)
{
	const struct fxw_filter *f = &s->filter;

	return f->ops == FUTEXWATCH_OPS_ALL && !f->addr_first &&
	       f->addr_last == U64_MAX && !f->pids && !f->tids &&
	       s->ns == &init_pid_ns;
}

/* Under live_mutex: the one of @mask, if it is one and wants all. */
static struct fxw_session *only_of(unsigned long mask)
{
	struct fxw_session *s = NULL;

	if (hweight_long(mask) == 1 && __ffs(mask) != FXW_LISTENER)
		s = rcu_dereference_protected(fxw_live[__ffs(mask)],
					      lockdep_is_held(&live_mutex));
	return s && wants_all(s) ? s : NULL;
}

static void find_only(void)
{
	rcu_assign_pointer(fxw_live_only, only_of(fxw_live_mask));
	rcu_assign_pointer(fxw_light_only, only_of(fxw_light_mask));
}

static unsigned long *mask_of(const struct fxw_session *s)
{
	return fxw_session_is_light(s) ? &fxw_light_mask : &fxw_live_mask;
}

int fxw_live_enter(struct fxw_session *s)
{
	bool listener = s->flags & FXW_CFG_LISTENER;
	int i = listener ? FXW_LISTENER : 0;
	int end = listener ? i + 1 : FUTEXWATCH_MAX_SESSIONS;
	int ret = -EBUSY;

	mutex_lock(&live_mutex);
	for (; i < end; i++) {
		if (rcu_access_pointer(fxw_live[i]))
			continue;
		WRITE_ONCE(s->index, i);
		rcu_assign_pointer(fxw_live[i], s);
		set_bit(i, mask_of(s));
		find_only();
		ret = 0;
		break;
	}
	mutex_unlock(&live_mutex);
	return ret;
}

void fxw_live_shut(struct fxw_session *s)
{
	mutex_lock(&live_mutex);
	clear_bit(s->index, mask_of(s));
	find_only();
	mutex_unlock(&live_mutex);
}

void fxw_live_leave(struct fxw_session *s)
{
	int index = s->index;

	mutex_lock(&live_mutex);
	WRITE_ONCE(s->index, -1);
	/*
	 * After an -ENOMEM: waits left over must not meet the next session. The
	 * other capture's table may be on its way out.
	 */
	if (fxw_session_is_light(s))
		fxw_light_forget(index);
	else
		fxw_waiters_forget(index);
	RCU_INIT_POINTER(fxw_live[index], NULL);
	mutex_unlock(&live_mutex);
}
