// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - waits of our own that prove where the hash buckets are */

#include "prove.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "bases.h"

#define WORDS  64 /* at different buckets, most of them */
#define ROUNDS 8

static uint32_t words[WORDS];

/* They are queued, and time out at once. */
static void wait_at_each(int flags)
{
	static const struct timespec soon = { .tv_nsec = 1 };

	for (int i = 0; i < WORDS; i++)
		syscall(SYS_futex, &words[i], FUTEX_WAIT | flags, 0, &soon,
			NULL, 0);
}

static bool is_proved(struct futexwatch_session *session)
{
	struct bases bases;

	bases_read(&bases, session);
	for (size_t i = 0; i < bases.nr; i++) {
		if (!bases.list[i].proved)
			return false;
	}
	return true;
}

/*
 * Private words of a process with threads are in its own table where there are
 * such, shared ones in the global table of some node.
 */
static void *wait_until_proved(void *session)
{
	for (int i = 0; i < ROUNDS && !is_proved(session); i++) {
		wait_at_each(FUTEX_PRIVATE_FLAG);
		wait_at_each(0);
	}
	return NULL;
}

static bool start(struct futexwatch_session *session, bool light)
{
	uint32_t pid = (uint32_t)getpid();
	struct futexwatch_config config = {
		.flags = FUTEXWATCH_CFG_TABLE |
			 (light ? FUTEXWATCH_CFG_LIGHT : 0),
		.table_rows = 64,
		.nr_pids = 1,
		.pids = (uintptr_t)&pid,
	};

	return futexwatch_configure(session, &config) >= 0 &&
	       futexwatch_start(session) >= 0;
}

struct futexwatch_session *prove_tables(bool light)
{
	struct futexwatch_session *session;
	pthread_t thread;

	if (futexwatch_open(NULL, &session) < 0)
		return NULL;
	if (is_proved(session) || !start(session, light) ||
	    pthread_create(&thread, NULL, wait_until_proved, session)) {
		futexwatch_close(session);
		return NULL;
	}
	pthread_join(thread, NULL);
	return session;
}
