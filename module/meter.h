/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - what the module's own probes cost, looked at for a while
 *
 * While somebody looks, a probe of ours before and one after those on the
 * tracepoints read the clock; hooks on functions do so themselves. At all other
 * times a tracepoint pays nothing for it, and a hook a branch that is
 * patched out.
 */
#ifndef FXW_METER_H
#define FXW_METER_H

#include <linux/jump_label.h>

#include <linux/futexwatch.h>

/* The order of probes on a tracepoint: those of others run before. */
#define FXW_PRIO_BEFORE 9
#define FXW_PRIO	8
#define FXW_PRIO_AFTER	7

/* On while somebody looks at hooks on functions. */
DECLARE_STATIC_KEY_FALSE(fxw_meter_key);

/* A run begins, and ends, at FUTEXWATCH_POINT_*. Data path. */
void fxw_meter_begin(unsigned int point);
void fxw_meter_end(unsigned int point);

/*
 * Looks for @m->duration_ns; sleeps. -EINVAL: longer than ten seconds, or less
 * than a millisecond; -EAGAIN: hooks came or went meanwhile; -EINTR; -ENODEV: a
 * tracepoint takes no probe. Others who look wait.
 */
int fxw_meter_look(struct futexwatch_meter *m);

#endif /* FXW_METER_H */
