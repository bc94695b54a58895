// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what the kernel makes of the trace events of events.h. */

#include <linux/trace_events.h>

#include "listener.h"

/*
 * The events are switched on and off through ->reg of their class. It is ours
 * from the moment when the module is loaded, for they can be switched on
 * before its init runs (trace_event=futexwatch:wait on the command line).
 */
#define trace_event_reg fxw_listener_reg

#define CREATE_TRACE_POINTS
#include "events.h"
