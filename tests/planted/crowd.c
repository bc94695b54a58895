// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted: 5,000 threads at one condition variable, then one lock */

#include "planted.h"

#define THREADS	   5000
#define STACK_SIZE 65536

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t narrow = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t opened = PTHREAD_COND_INITIALIZER;
static bool is_open;
static volatile long passed;

FRAME static void await_opening(void)
{
	must(pthread_mutex_lock(&lock));
	while (!is_open)
		pthread_cond_wait(&opened, &lock); /* here: await */
	must(pthread_mutex_unlock(&lock));
}

FRAME static void squeeze_through(void)
{
	must(pthread_mutex_lock(&narrow)); /* here: squeeze */
	for (int i = 0; i < 2000; i++)
		passed++;
	must(pthread_mutex_unlock(&narrow));
	STAY;
}

static void *member(void *arg)
{
	await_opening();
	squeeze_through();
	return arg;
}

/* Opened when nobody is left to write to its input. */
int main(void)
{
	static pthread_t threads[THREADS];
	pthread_attr_t attr;
	char byte;

	planted_begin();
	must(pthread_attr_init(&attr));
	must(pthread_attr_setstacksize(&attr, STACK_SIZE));
	for (int i = 0; i < THREADS; i++)
		must(pthread_create(&threads[i], &attr, member, NULL));
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	must(pthread_mutex_lock(&lock));
	is_open = true;
	must(pthread_cond_broadcast(&opened));
	must(pthread_mutex_unlock(&lock));
	for (int i = 0; i < THREADS; i++)
		must(pthread_join(threads[i], NULL));
	return 0;
}
