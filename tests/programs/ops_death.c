// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - all_ops: waits that the end of a thread ends */

#include "ops.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "named.h"

#define NR_FUTEX_TIME64 422 /* of 32-bit programs */

static uint32_t word_robust;
static uint32_t word_pi_owner;

static struct robust_list_head robust_head;
static struct robust_list robust_entry;

/* A worker makes the call that begins its end, and never comes back. */
static void begin_mortal(struct worker *w, const char *name, uint32_t *word)
{
	worker_start_named(w, name);
	__atomic_store_n(word, (uint32_t)w->tid, __ATOMIC_SEQ_CST);
}

static void end_mortal(struct worker *w)
{
	worker_order(w, CALL(.nr = SYS_exit));
}

/* It owns a robust lock, for which somebody waits. */
static void run_robust(void)
{
	struct worker w;

	begin_mortal(&w, "holder", &word_robust);
	word_robust |= FUTEX_WAITERS;
	robust_entry.next = &robust_head.list;
	robust_head.list.next = &robust_entry;
	robust_head.futex_offset = (char *)&word_robust - (char *)&robust_entry;
	worker_do(&w, 0,
		  CALL(.nr = SYS_set_robust_list,
		       .args = { (unsigned long)&robust_head,
				 sizeof(robust_head) }));
	worker_shared = true;
	worker_sleep_in(&waiter, CALL(.word = &word_robust, .op = FUTEX_WAIT,
				      .val = word_robust));
	worker_shared = false;
	end_mortal(&w);
	worker_expect(&waiter, 0);
	WOKE("ROBUST", "robust", WORD(word_robust), .tid = w.tid, .asked = 1,
	     .woken = 1, .wakee = waiter.tid);
	WAITED("WAIT", "owner_died", "robust", WORD(word_robust),
	       .tid = waiter.tid, .val = (uint32_t)w.tid | FUTEX_WAITERS,
	       .waker = w.tid);
}

/* Who waits for a PI lock gets it at its owner's end. */
static void run_pi_owner(void)
{
	struct worker w;

	begin_mortal(&w, "pi-holder", &word_pi_owner);
	worker_sleep_in(&waiter,
			CALL(.word = &word_pi_owner, .op = FUTEX_LOCK_PI));
	end_mortal(&w);
	worker_expect(&waiter, 0);
	WOKE("ROBUST", "robust", WORD(word_pi_owner), .tid = w.tid, .asked = 1,
	     .woken = 1, .wakee = waiter.tid);
	WAITED("LOCK_PI", "owner_died", "robust", WORD(word_pi_owner),
	       .tid = waiter.tid, .waker = w.tid);
}

/* Whether @tid is asleep in a futex call of its own. */
static bool sleeps_in_futex(pid_t tid)
{
	char path[64], text[512];
	const char *state;
	FILE *file;
	long nr;

	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", tid);
	file = fopen(path, "re");
	if (!file || !fgets(text, sizeof(text), file))
		fail("%s: %s", path, strerror(errno));
	fclose(file);
	if (sscanf(text, "%ld", &nr) != 1 ||
	    (nr != SYS_futex && nr != NR_FUTEX_TIME64))
		return false;
	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	file = fopen(path, "re");
	if (!file || !fgets(text, sizeof(text), file))
		fail("%s: %s", path, strerror(errno));
	fclose(file);
	state = strrchr(text, ')');
	return state && !strncmp(state, ") S ", 4);
}

/* Ends when the main thread waits for that. */
static void *joined_main(void *arg)
{
	const struct timespec pause = { .tv_nsec = 20000 };

	__atomic_store_n((pid_t *)arg, (pid_t)syscall(SYS_gettid),
			 __ATOMIC_SEQ_CST);
	while (!sleeps_in_futex(getpid()))
		nanosleep(&pause, NULL);
	return NULL;
}

static void run_join(void)
{
	pthread_t thread;
	pid_t tid = 0;
	int err;

	err = named_create(&thread, "joined", joined_main, &tid);
	if (!err)
		err = pthread_join(thread, NULL);
	if (err)
		fail("pthread: %s", strerror(err));
	WOKE("EXIT", "exit", .tid = tid, .asked = 1, .woken = 1,
	     .wakee = getpid());
	WAITED("WAIT_BITSET", "woken", "exit", .tid = getpid(), .waker = tid);
}

const struct step death_steps[] = {
	{ "robust", NULL, run_robust },
	{ "pi_owner", NULL, run_pi_owner },
	{ "join", NULL, run_join },
	{ 0 },
};
