// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted: nothing; threads that are woken again and again */

#include "planted.h"

#define THREADS 8

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t pulse = PTHREAD_COND_INITIALIZER;

FRAME static void await_pulse(void)
{
	must(pthread_mutex_lock(&guard));
	for (;;)
		must(pthread_cond_wait(&pulse, &guard)); /* here: pulse */
}

int main(void)
{
	planted_begin();
	for (int i = 0; i < THREADS; i++)
		planted_thread("follower", await_pulse);
	for (;;) {
		usleep(50000);
		must(pthread_cond_broadcast(&pulse));
	}
}
