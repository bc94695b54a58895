/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - who listens to the trace events, and the session that they share
 *
 * Control path. Each event that is switched on (once for tracefs, once for
 * perf, which bpftrace is to the kernel, too) is a listener. While there are
 * any, a session without filter, table and ring runs as fxw_live[] number
 * FXW_LISTENER, so that hooks and entries live and every call is followed;
 * publish.c emits the events for what has its bit.
 */
#ifndef FXW_LISTENER_H
#define FXW_LISTENER_H

#include <linux/trace_events.h>

/*
 * ->reg of the events' class: called under event_mutex, which allows to hook
 * tracepoints. An event's own regfunc does not: it runs under the mutex that
 * tracepoint_probe_register() takes.
 */
int fxw_listener_reg(struct trace_event_call *call, enum trace_reg type,
		     void *data);

/* The hooks can be had from here on, until here. Module init and exit. */
void fxw_listener_init(void);
void fxw_listener_exit(void);

/* How many there are. */
unsigned int fxw_listener_count(void);

#endif /* FXW_LISTENER_H */
