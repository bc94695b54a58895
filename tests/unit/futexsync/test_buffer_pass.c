// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: a wake-up at a robust buffer's gate is not lost */

/*
 * The library's futex calls come here, where the moment is made that would
 * take luck: one that slept at the gate is woken, another thread has the lock
 * meanwhile, and has it until the deadline.
 */

#include <dlfcn.h>
#include <stdarg.h>
#include <sys/syscall.h>

#include "../../../userlib/src/futexsync/buffer.h"
#include "buffer_help.h"

#define STRANGER 1U /* a thread that lives */

static struct bb *bb;
static unsigned int sleeps, given_up, passed_on;

static long set_errno(int err)
{
	errno = err;
	return -1;
}

static long futex_call(const uint32_t *word, int op, uint32_t val)
{
	const uint32_t *gate = &bb->robust.filled;

	switch (op & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
		CHECK(word == gate);
		sleeps++;
		__atomic_store_n(&bb->robust.lock.word, STRANGER,
				 __ATOMIC_RELAXED);
		return 0;
	case FUTEX_WAIT_BITSET:
		CHECK(word == &bb->robust.lock.word);
		given_up++;
		return set_errno(ETIMEDOUT);
	case FUTEX_WAKE:
		passed_on += word == gate && val == 1 && given_up;
		return 0;
	default:
		CHECK(!"another call");
		return set_errno(ENOSYS);
	}
}

/* In the place of the C library's. Others than futex(2) are passed through. */
long syscall(long nr, ...)
{
	static long (*real)(long nr, ...);
	long a[6];
	va_list args;
	int i;

	va_start(args, nr);
	for (i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (nr == FUTEXSYNC_NR)
		return futex_call((const uint32_t *)a[0], (int)a[1],
				  (uint32_t)a[2]);
	if (!real)
		real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	return real(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
}

TEST(wake_of_one_whose_time_is_over_is_passed_on)
{
	struct timespec end = { .tv_sec = 0x7fffffff };
	int v;

	bb = new_buffer(1, sizeof(int), BB_SHARED | BB_ROBUST);
	CHECK_EQ(bb_get_until(bb, &v, &end, CLOCK_MONOTONIC), -ETIMEDOUT);
	CHECK_EQ(sleeps, 1);
	CHECK_EQ(given_up, 1);
	CHECK_EQ(passed_on, 1);
	bb->robust.lock.word = 0;
	free_buffer(bb);
}
