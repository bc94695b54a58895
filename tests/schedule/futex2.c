// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: futex_waitv(2) and its family */

#include <errno.h>
#include <sys/syscall.h>

#include <futexsync/futex.h>

#include "world.h"

#define MAX_WAITV 32

static const uint32_t *word_of(const struct futexsync_waitv *v)
{
	return (const uint32_t *)(uintptr_t)v->uaddr;
}

static bool is_shared(unsigned long flags)
{
	return !(flags & FUTEXSYNC2_PRIVATE);
}

static bool acceptable(const struct futexsync_waitv *v)
{
	return !v->reserved && !(v->val >> 32) &&
	       (v->flags & ~(uint32_t)FUTEXSYNC2_PRIVATE) == FUTEXSYNC2_U32;
}

/*
 * One of several words: compare and enter its queue, a step of its own in the
 * kernel. Return: 0; -EAGAIN: it has another value.
 */
static long enter_one(const struct futexsync_waitv *v, unsigned int index,
		      const void *pc)
{
	struct op op = { .kind = OP_KERNEL, .address = v->uaddr };
	struct sleeper s = {
		.word = v->uaddr,
		.mask = FUTEX_BITSET_MATCH_ANY,
		.shared = is_shared(v->flags),
		.index = (uint8_t)index,
	};

	if (index)
		point(&op);
	trace(pc, "futex_waitv %s: %#x, asked to sleep on %#lx",
	      name_of(v->uaddr), *word_of(v), (unsigned long)v->val);
	must_be_alive(word_of(v), sizeof(uint32_t), "futex_waitv");
	if (*word_of(v) != (uint32_t)v->val)
		return -EAGAIN;
	if (!current)
		fault("setup, idle and finish must not sleep");
	s.thread = (uint8_t)self_index();
	enter_queue(&s);
	return 0;
}

/* The kernel tells the last of the words on which there was a wake. */
static long woken_on(void)
{
	if (!current->woken)
		return -EAGAIN;
	trace(NULL, "      woken on %d", 63 - __builtin_clzll(current->woken));
	return 63 - __builtin_clzll(current->woken);
}

static long waitv(const struct futexsync_waitv *v, unsigned int n, bool timed,
		  const void *pc)
{
	unsigned int i;

	if (!v || !n || n > MAX_WAITV)
		return -EINVAL;
	for (i = 0; i < n; i++) {
		if (!acceptable(&v[i]))
			return -EINVAL;
	}
	if (current)
		current->woken = 0;
	for (i = 0; i < n; i++) {
		if (!enter_one(&v[i], i, pc))
			continue;
		leave_queues(self_index());
		trace(NULL, "      EAGAIN unless woken before");
		return woken_on();
	}
	switch (sleep_in_queues(timed, false)) {
	case EVENT_EINTR:
	case EVENT_SPURIOUS: /* there is no word for it to tell */
		trace(NULL, "      interrupted");
		return -EINTR;
	case EVENT_TIMEOUT:
		trace(NULL, "      timed out");
		return -ETIMEDOUT;
	default:
		return woken_on();
	}
}

static long wake(const long *args, const void *pc)
{
	const uint32_t *word = (const uint32_t *)args[0];

	trace(pc, "futex_wake %s: %ld", name_of((uint64_t)args[0]), args[2]);
	if (!args[1] || args[2] < 0)
		return -EINVAL;
	return wake_queue(word, is_shared((unsigned long)args[3]),
			  (unsigned int)args[2], (uint32_t)args[1]);
}

/* Calls that are not emulated are those of an old kernel. */
long futex2_call(long number, const long *args, const void *pc)
{
	switch (number) {
	case FUTEXSYNC_NR_WAITV:
		return waitv((const struct futexsync_waitv *)args[0],
			     (unsigned int)args[1], args[3] != 0, pc);
	case FUTEXSYNC_NR_WAKE:
		return wake(args, pc);
	default:
		trace(pc, "system call %ld: ENOSYS", number);
		return -ENOSYS;
	}
}
