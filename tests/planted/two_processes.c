// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted fault: two processes, two mutexes in shared memory */

#include "planted.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

struct shared {
	pthread_mutex_t left, right;
	pthread_barrier_t both_hold_one;
};

static struct shared *shared;

FRAME static void parent_side(void)
{
	must(pthread_mutex_lock(&shared->left));
	pthread_barrier_wait(&shared->both_hold_one);
	must(pthread_mutex_lock(&shared->right)); /* here: parent */
	STAY;
}

FRAME static void child_side(void)
{
	must(pthread_mutex_lock(&shared->right));
	pthread_barrier_wait(&shared->both_hold_one);
	must(pthread_mutex_lock(&shared->left)); /* here: child */
	STAY;
}

int main(int argc, char **argv)
{
	int robust = argc > 1 && argv[1] ? PTHREAD_MUTEX_ROBUST
					 : PTHREAD_MUTEX_STALLED;
	pthread_barrierattr_t attr;

	planted_begin();
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		abort();
	planted_mutex(&shared->left, PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE,
		      robust, PTHREAD_PROCESS_SHARED);
	planted_mutex(&shared->right, PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE,
		      robust, PTHREAD_PROCESS_SHARED);
	must(pthread_barrierattr_init(&attr));
	must(pthread_barrierattr_setpshared(&attr, PTHREAD_PROCESS_SHARED));
	must(pthread_barrier_init(&shared->both_hold_one, &attr, 2));
	if (!fork()) {
		planted_begin();
		prctl(PR_SET_NAME, "the_child");
		child_side();
		_exit(0);
	}
	parent_side();
	return 0;
}
