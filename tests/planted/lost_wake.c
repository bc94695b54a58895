// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted: a lost wake-up; the word was set, nobody was woken */

#include "planted.h"

#include <linux/futex.h>
#include <sys/syscall.h>

static unsigned int ready;

static void sleep_while(unsigned int *word, unsigned int value)
{
	syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL);
}

FRAME static void wait_ready(void)
{
	while (!__atomic_load_n(&ready, __ATOMIC_ACQUIRE))
		sleep_while(&ready, 0); /* here: wait */
	STAY;
}

/* Not before it sleeps; then it forgets to wake. */
int main(void)
{
	planted_begin();
	planted_thread("waiter", wait_ready);
	sleep(1);
	__atomic_store_n(&ready, 7, __ATOMIC_RELEASE);
	for (;;)
		pause();
}
