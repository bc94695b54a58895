// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted fault: a thread locks what it holds, on the heap */

#include "planted.h"

static pthread_mutex_t *cache_lock;

FRAME static void cache_get(void)
{
	must(pthread_mutex_lock(cache_lock)); /* here: again */
	STAY;
}

FRAME static void cache_fill(void)
{
	must(pthread_mutex_lock(cache_lock));
	cache_get();
	STAY;
}

int main(void)
{
	planted_begin();
	cache_lock = malloc(sizeof(*cache_lock));
	if (!cache_lock)
		abort();
	must(pthread_mutex_init(cache_lock, NULL));
	planted_thread("filler", cache_fill);
	for (;;)
		pause();
}
