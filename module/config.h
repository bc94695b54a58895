/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - a session's configuration: checked, and made a filter. */
#ifndef FXW_CONFIG_H
#define FXW_CONFIG_H

#include "filter.h"

/* Checks every value and fills in the defaults. */
int fxw_config_check(struct futexwatch_config *cfg);

/* Makes the filter; its sets are the caller's to kvfree, also on error. */
int fxw_config_filter(struct fxw_filter *f,
		      const struct futexwatch_config *cfg);

#endif /* FXW_CONFIG_H */
