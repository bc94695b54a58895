// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted: a life of two milliseconds, with a wait in it */

#include "planted.h"

#include <time.h>

struct brief {
	long number;
	pthread_mutex_t lock;
};

static struct brief brief = { .lock = PTHREAD_MUTEX_INITIALIZER };

int main(void)
{
	struct timespec t;

	planted_begin();
	must(pthread_mutex_lock(&brief.lock));
	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_nsec = t.tv_nsec < 998000000 ? t.tv_nsec + 1000000 : 999999999;
	if (pthread_mutex_timedlock(&brief.lock, &t) != ETIMEDOUT)
		abort();
	_exit(0);
}
