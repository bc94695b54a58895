// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - top on the full screen */

#include "top.h"

void screen_run(struct top *top)
{
	(void)top;
}
