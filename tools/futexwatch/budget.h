/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - how many waits may be taken for what watching may cost */
#ifndef FUTEXWATCH_BUDGET_H
#define FUTEXWATCH_BUDGET_H

#include <stdint.h>

/*
 * The rate to go on with, one in 2^n waits: at the rate @shift watching was
 * seen to cost @share of all CPU time, and @most is what it may cost.
 *
 * Half as many waits cost half as much at best, for wakes and all other calls
 * are still seen; so the rate is lowered by as much as it takes at least. It is
 * raised by one only, and when twice the cost is far enough below @most that it
 * would not be lowered again for noise.
 */
uint32_t budget_rate(double most, double share, uint32_t shift);

#endif /* FUTEXWATCH_BUDGET_H */
