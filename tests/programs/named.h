/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - test programs: threads that have their name from the start */
#ifndef TESTS_NAMED_H
#define TESTS_NAMED_H

#include <pthread.h>

/*
 * As pthread_create(), but even the first record of the thread has @name: it is
 * created by a thread of that name, for a thread begins with its creator's. The
 * main thread must not be renamed meanwhile, because a tracer may read its name
 * at any moment. Main thread only.
 */
int named_create(pthread_t *thread, const char *name, void *(*start)(void *),
		 void *arg);

#endif /* TESTS_NAMED_H */
