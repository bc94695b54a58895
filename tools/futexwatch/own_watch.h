/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - looks now and then at what watching costs */
#ifndef FUTEXWATCH_OWN_WATCH_H
#define FUTEXWATCH_OWN_WATCH_H

#include <futexwatch/client.h>

#include "own_cost.h"

struct own_watch;

/*
 * A thread looks a tenth of a second, for the first time when @session has run
 * for a second, then each ten. With @most, a share of all CPU time, it looks more
 * often, and makes the session take only some of the waits while it costs more.
 * NULL: there is no thread to be had. @session must outlive it.
 */
struct own_watch *own_watch_start(struct futexwatch_session *session,
				  double most);

/*
 * What it has seen until now, since the rate changed last. NULL has seen nothing.
 */
struct own_cost own_watch_read(struct own_watch *own);

/* Even with the fewest waits it costs more than it may. */
bool own_watch_beyond(struct own_watch *own);

/* Waits for a look that is under way. NULL is no error. */
void own_watch_end(struct own_watch *own);

#endif /* FUTEXWATCH_OWN_WATCH_H */
