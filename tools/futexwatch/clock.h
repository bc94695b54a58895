/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the clock that the records use */
#ifndef FUTEXWATCH_CLOCK_H
#define FUTEXWATCH_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_MS  1000000ULL
#define NS_PER_SEC 1000000000ULL

static inline uint64_t clock_read(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_SEC + (uint64_t)ts.tv_nsec;
}

static inline uint64_t clock_now(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

#endif /* FUTEXWATCH_CLOCK_H */
