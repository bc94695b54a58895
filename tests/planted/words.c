// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted words: one wait at each, and the program is over */

#include "planted.h"

#include <semaphore.h>
#include <sys/mman.h>
#include <time.h>

struct pool {
	long sizes[8];
	pthread_mutex_t lock; /* at +0x40 */
};

struct slot {
	char label[24];
	struct {
		sem_t items;
		pthread_cond_t filled;
	} in[2];
};

static struct pool pool = { .lock = PTHREAD_MUTEX_INITIALIZER };
static struct slot slots[3][4];

static struct timespec soon(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_nsec += 2000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_nsec -= 1000000000;
		t.tv_sec++;
	}
	return t;
}

/* Nobody gives it back, so the second lock has to wait until its time is up. */
static void wait_for_mutex(pthread_mutex_t *mutex)
{
	struct timespec t = soon();

	must(pthread_mutex_lock(mutex));
	if (pthread_mutex_timedlock(mutex, &t) != ETIMEDOUT)
		abort();
	must(pthread_mutex_unlock(mutex));
}

static void wait_for_slot(struct slot *slot)
{
	static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
	struct timespec t = soon();

	if (!sem_timedwait(&slot->in[1].items, &t))
		abort();
	must(pthread_cond_init(&slot->in[0].filled, NULL));
	must(pthread_mutex_lock(&guard));
	t = soon();
	if (!pthread_cond_timedwait(&slot->in[0].filled, &guard, &t))
		abort();
	must(pthread_mutex_unlock(&guard));
	wait_for_mutex(&guard);
}

static void short_life(void)
{
	usleep(50000);
}

int main(int argc, char **argv)
{
	pthread_mutex_t *nameless = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)argv;
	planted_begin();
	if (nameless == MAP_FAILED)
		abort();
	wait_for_mutex(&pool.lock);
	wait_for_slot(&slots[2][argc]);
	wait_for_mutex(nameless);
	must(pthread_join(planted_thread("shortlived", short_life), NULL));
	return 0;
}
