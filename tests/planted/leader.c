// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted fault: a deadlock where main() has ended, in odd threads */

#include "planted.h"

struct pool {
	long users;
	pthread_mutex_t lock;
};

static struct pool left = { .lock = PTHREAD_MUTEX_INITIALIZER };
static struct pool right = { .lock = PTHREAD_MUTEX_INITIALIZER };
static pthread_barrier_t both_hold_one;

FRAME static void take_right(void)
{
	must(pthread_mutex_lock(&left.lock));
	pthread_barrier_wait(&both_hold_one);
	must(pthread_mutex_lock(&right.lock)); /* here: right */
	STAY;
}

FRAME static void take_left(void)
{
	must(pthread_mutex_lock(&right.lock));
	pthread_barrier_wait(&both_hold_one);
	must(pthread_mutex_lock(&left.lock)); /* here: left */
	STAY;
}

/* Their names would clear the screen, and end a string too early. */
int main(void)
{
	planted_begin();
	must(pthread_barrier_init(&both_hold_one, NULL, 2));
	planted_thread("\033[2J\n", take_right);
	planted_thread("q\"}\\", take_left);
	pthread_exit(NULL);
}
