// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted: wakes that find nobody, waits that only time out */

#include "planted.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>

static unsigned int doorbell;
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

/* Rings whether somebody listens or not. */
FRAME static void ring(void)
{
	for (int i = 0; i < 300; i++) {
		doorbell++;
		syscall(SYS_futex, &doorbell, FUTEX_WAKE_PRIVATE, 1);
	}
}

/* What it polls for comes some other way. */
FRAME static void poll_often(void)
{
	must(pthread_mutex_lock(&guard));
	for (int i = 0; i < 30; i++) {
		struct timespec t;

		clock_gettime(CLOCK_REALTIME, &t);
		t.tv_nsec = t.tv_nsec < 997000000 ? t.tv_nsec + 2000000
						  : 999999999;
		if (!pthread_cond_timedwait(&never, &guard, &t))
			abort();
	}
	must(pthread_mutex_unlock(&guard));
}

int main(void)
{
	pthread_t ringer, poller;

	planted_begin();
	ringer = planted_thread("ringer", ring);
	poller = planted_thread("poller", poll_often);
	must(pthread_join(ringer, NULL));
	must(pthread_join(poller, NULL));
	return 0;
}
