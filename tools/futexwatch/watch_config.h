/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - what the session is asked to record */
#ifndef FUTEXWATCH_WATCH_CONFIG_H
#define FUTEXWATCH_WATCH_CONFIG_H

#include <stdint.h>

#include "options.h"
#include "watch.h"

/* Every process and thread named must be there. */
void watch_check_ids(const struct options *options);

/* Configures @w->session by the options, with @flags besides. */
void watch_configure(struct watch *w, uint32_t flags);

#endif /* FUTEXWATCH_WATCH_CONFIG_H */
