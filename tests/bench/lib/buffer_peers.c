// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - bench: the same buffer on what glibc offers */

#include <pthread.h>
#include <semaphore.h>

#include "bench.h"
#include "buffer.h"

static struct {
	sem_t slots, items, mutex;
	unsigned int head, tail;
	uint64_t elem[BUFFER_SLOTS];
} s __attribute__((aligned(256)));

static void reset_sems(void)
{
	s.head = s.tail = 0;
	bench_check(!sem_init(&s.slots, 0, BUFFER_SLOTS) &&
			    !sem_init(&s.items, 0, 0) &&
			    !sem_init(&s.mutex, 0, 1),
		    "sem_init");
}

static void put_sems(const uint64_t *elems, unsigned int n)
{
	(void)n;
	bench_check(!sem_wait(&s.slots) && !sem_wait(&s.mutex), "sem_wait");
	s.elem[s.head] = *elems;
	s.head = (s.head + 1) % BUFFER_SLOTS;
	bench_check(!sem_post(&s.mutex) && !sem_post(&s.items), "sem_post");
}

static unsigned int get_sems(uint64_t *elems, unsigned int n)
{
	(void)n;
	bench_check(!sem_wait(&s.items) && !sem_wait(&s.mutex), "sem_wait");
	*elems = s.elem[s.tail];
	s.tail = (s.tail + 1) % BUFFER_SLOTS;
	bench_check(!sem_post(&s.mutex) && !sem_post(&s.slots), "sem_post");
	return 1;
}

const struct buffer buffer_glibc = { "glibc", reset_sems, put_sems, get_sems };

static struct {
	pthread_mutex_t mutex;
	pthread_cond_t room, filled;
	unsigned int head, tail, count;
	uint64_t elem[BUFFER_SLOTS];
} m __attribute__((aligned(256)));

static void reset_cond(void)
{
	m.head = m.tail = m.count = 0;
	bench_check(!pthread_mutex_init(&m.mutex, NULL) &&
			    !pthread_cond_init(&m.room, NULL) &&
			    !pthread_cond_init(&m.filled, NULL),
		    "pthread_cond_init");
}

static void put_cond(const uint64_t *elems, unsigned int n)
{
	(void)n;
	bench_check(!pthread_mutex_lock(&m.mutex), "pthread_mutex_lock");
	while (m.count == BUFFER_SLOTS)
		bench_check(!pthread_cond_wait(&m.room, &m.mutex), "wait");
	m.elem[m.head] = *elems;
	m.head = (m.head + 1) % BUFFER_SLOTS;
	m.count++;
	bench_check(!pthread_cond_signal(&m.filled), "signal");
	bench_check(!pthread_mutex_unlock(&m.mutex), "pthread_mutex_unlock");
}

static unsigned int get_cond(uint64_t *elems, unsigned int n)
{
	(void)n;
	bench_check(!pthread_mutex_lock(&m.mutex), "pthread_mutex_lock");
	while (!m.count)
		bench_check(!pthread_cond_wait(&m.filled, &m.mutex), "wait");
	*elems = m.elem[m.tail];
	m.tail = (m.tail + 1) % BUFFER_SLOTS;
	m.count--;
	bench_check(!pthread_cond_signal(&m.room), "signal");
	bench_check(!pthread_mutex_unlock(&m.mutex), "pthread_mutex_unlock");
	return 1;
}

const struct buffer buffer_mutexcond = { "mutexcond", reset_cond, put_cond,
					 get_cond };
