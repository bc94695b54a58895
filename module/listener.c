// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - who listens to the trace events, and their session. */

#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "listener.h"
#include "session.h"

/* Guards all below. Taken under event_mutex; those of session.c come inside. */
static DEFINE_MUTEX(listener_mutex);
static unsigned int listeners;
static bool ready;
static struct fxw_session *session;

static int start(void)
{
	struct fxw_session *s = fxw_session_create();
	int ret = -ENOMEM;

	if (!s)
		return ret;
	s->flags = FXW_CFG_LISTENER;
	s->filter.ops = FUTEXWATCH_OPS_ALL;
	s->filter.addr_last = U64_MAX;
	s->cpus = alloc_percpu(struct fxw_cpu);
	if (s->cpus)
		ret = fxw_session_start(s);
	if (ret)
		fxw_session_destroy(s);
	else
		session = s;
	return ret;
}

static void stop(void)
{
	if (session)
		fxw_session_destroy(session);
	session = NULL;
}

/* A listener pins the module, as an open file does. */
static int get(void)
{
	int ret = 0;

	if (!try_module_get(THIS_MODULE))
		return -ENODEV;
	mutex_lock(&listener_mutex);
	if (!listeners && ready)
		ret = start();
	if (!ret)
		WRITE_ONCE(listeners, listeners + 1);
	mutex_unlock(&listener_mutex);
	if (ret)
		module_put(THIS_MODULE);
	return ret;
}

/*
 * The caller holds event_mutex, without which the kernel does not take a
 * module's events away: this code stays until it is left.
 */
static void put(void)
{
	mutex_lock(&listener_mutex);
	WRITE_ONCE(listeners, listeners - 1);
	if (!listeners)
		stop();
	mutex_unlock(&listener_mutex);
	module_put(THIS_MODULE);
}

static int join(struct trace_event_call *call, enum trace_reg type, void *data)
{
	int ret = get();

	if (ret)
		return ret;
	ret = trace_event_reg(call, type, data);
	if (ret)
		put();
	return ret;
}

static int leave(struct trace_event_call *call, enum trace_reg type, void *data)
{
	int ret = trace_event_reg(call, type, data);

	put();
	return ret;
}

/* The other types come for each perf event of a listener, and in any context. */
int fxw_listener_reg(struct trace_event_call *call, enum trace_reg type,
		     void *data)
{
	switch (type) {
	case TRACE_REG_REGISTER:
		return join(call, type, data);
	case TRACE_REG_UNREGISTER:
		return leave(call, type, data);
#ifdef CONFIG_PERF_EVENTS
	case TRACE_REG_PERF_REGISTER:
		return join(call, type, data);
	case TRACE_REG_PERF_UNREGISTER:
		return leave(call, type, data);
#endif
	default:
		return trace_event_reg(call, type, data);
	}
}

void fxw_listener_init(void)
{
	mutex_lock(&listener_mutex);
	ready = true;
	if (listeners && start())
		pr_err("cannot hook the kernel for the trace events\n");
	mutex_unlock(&listener_mutex);
}

/* Listeners are left only when the module is forced out. */
void fxw_listener_exit(void)
{
	mutex_lock(&listener_mutex);
	ready = false;
	stop();
	mutex_unlock(&listener_mutex);
}

unsigned int fxw_listener_count(void)
{
	return READ_ONCE(listeners);
}
