// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - how many waits may be taken for what watching may cost */

#include "budget.h"

#include <linux/futexwatch.h>

#define ENOUGH 0.4 /* of what it may cost: then twice as many waits fit */

uint32_t budget_rate(double most, double share, uint32_t shift)
{
	if (share < most * ENOUGH)
		return shift ? shift - 1 : 0;
	for (; share > most && shift < FUTEXWATCH_SAMPLE_MAX; share /= 2)
		shift++;
	return shift;
}
