// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: futex(2), as the library calls it */

#include <errno.h>
#include <linux/futex.h>
#include <stdarg.h>
#include <sys/syscall.h>

#include "world.h"

#define FIRST_TID 1001

static const char *name(const void *address)
{
	return name_of((uint64_t)(uintptr_t)address);
}

static long failed(const char *what, int error)
{
	trace(NULL, "      %s", what);
	return -error;
}

/* How a sleep on a single word ends. */
static long after_sleep(unsigned int action)
{
	switch (action) {
	case EVENT_EINTR:
		return failed("interrupted", EINTR);
	case EVENT_TIMEOUT:
		time_passes();
		return failed("timed out", ETIMEDOUT);
	case EVENT_SPURIOUS:
		trace(NULL, "      wakes for no reason");
		return 0;
	default:
		trace(NULL, "      goes on");
		return 0;
	}
}

static long wait(const uint32_t *word, bool shared, uint32_t value,
		 uint32_t mask, bool timed, const void *pc)
{
	struct sleeper s = {
		.word = (uint64_t)(uintptr_t)word,
		.mask = mask,
		.shared = shared,
	};

	trace(pc, "FUTEX_WAIT %s: %#x, asked to sleep on %#x%s", name(word),
	      *word, value, timed ? ", with a deadline" : "");
	must_be_alive(word, sizeof(*word), "FUTEX_WAIT");
	if (!mask)
		return -EINVAL;
	if (*word != value)
		return failed("EAGAIN", EAGAIN);
	if (!current)
		fault("setup, idle and finish must not sleep");
	s.thread = (uint8_t)self_index();
	enter_queue(&s);
	current->woken = 0;
	return after_sleep(sleep_in_queues(timed, false));
}

static long wake(const uint32_t *word, bool shared, uint32_t count,
		 uint32_t mask, const void *pc)
{
	const struct sleeper *first = first_in_queue(word, shared);

	trace(pc, "FUTEX_WAKE %s: %u", name(word), count);
	if (!mask || (first && first->pi))
		return -EINVAL;
	if (shared && is_poisoned(word, sizeof(*word)))
		return -EFAULT;
	return wake_queue(word, shared, count ? count : 1, mask);
}

static long requeue(const uint32_t *from, const uint32_t *to, bool shared,
		    const long *args, bool compare, const void *pc)
{
	uint32_t count = (uint32_t)args[2], move = (uint32_t)args[3];
	unsigned int woken;

	trace(pc, "FUTEX_REQUEUE %s: wake %u, move %u to %s", name(from), count,
	      move, name(to));
	if ((int32_t)count < 0 || (int32_t)move < 0)
		return -EINVAL;
	if (compare) {
		must_be_alive(from, sizeof(*from), "FUTEX_CMP_REQUEUE");
		if (*from != (uint32_t)args[5])
			return failed("EAGAIN", EAGAIN);
	}
	woken = wake_queue(from, shared, count, FUTEX_BITSET_MATCH_ANY);
	return woken + move_queue(from, to, shared, move);
}

long futex_call(const long *args, const void *pc)
{
	const uint32_t *word = (const uint32_t *)args[0];
	int op = (int)args[1];
	bool shared = !(op & FUTEX_PRIVATE_FLAG);
	uint32_t value = (uint32_t)args[2];

	switch (op & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
		return wait(word, shared, value, FUTEX_BITSET_MATCH_ANY,
			    args[3] != 0, pc);
	case FUTEX_WAIT_BITSET:
		return wait(word, shared, value, (uint32_t)args[5],
			    args[3] != 0, pc);
	case FUTEX_WAKE:
		return wake(word, shared, value, FUTEX_BITSET_MATCH_ANY, pc);
	case FUTEX_WAKE_BITSET:
		return wake(word, shared, value, (uint32_t)args[5], pc);
	case FUTEX_REQUEUE:
	case FUTEX_CMP_REQUEUE:
		return requeue(word, (const uint32_t *)args[4], shared, args,
			       (op & FUTEX_CMD_MASK) == FUTEX_CMP_REQUEUE, pc);
	case FUTEX_LOCK_PI:
	case FUTEX_LOCK_PI2:
	case FUTEX_TRYLOCK_PI:
	case FUTEX_UNLOCK_PI:
		return futex_pi_call((uint32_t *)args[0], op, args[3] != 0, pc);
	default: /* as on a kernel that does not have it */
		trace(pc, "futex operation %#x: ENOSYS", op);
		return -ENOSYS;
	}
}

long thread_id(unsigned int thread)
{
	return FIRST_TID + (long)thread;
}

/* Of setup, idle and finish; what stands before it is glibc's prev. */
static struct {
	const void *prev;
	struct robust_list_head head;
} alone __attribute__((section("subject_bss")));

static struct robust_list_head *list_of_setup(void)
{
	alone.prev = &alone.head.list;
	alone.head.list.next = &alone.head.list;
	alone.head.futex_offset = ROBUST_OFFSET;
	return &alone.head;
}

/* The list of the C library, of which each thread has one from the start. */
static long get_robust_list(const long *args)
{
	*(void **)args[1] = current ? &current->robust : list_of_setup();
	*(size_t *)args[2] = sizeof(struct robust_list_head);
	return 0;
}

static bool enters_kernel(long number)
{
	return number != SYS_gettid && number != SYS_get_robust_list;
}

static long call(long number, const long *args, const void *pc)
{
	switch (number) {
	case SYS_futex:
		return futex_call(args, pc);
	case SYS_gettid:
		return current ? thread_id(self_index()) : FIRST_TID - 1;
	case SYS_get_robust_list:
		return get_robust_list(args);
	default:
		return futex2_call(number, args, pc);
	}
}

/* What the objects under test call in place of syscall(2): a choice point. */
long subject_syscall(long number, ...);
long subject_syscall(long number, ...)
{
	struct op op = { .kind = OP_SYSCALL };
	long args[6], ret;
	va_list list;
	int i;

	va_start(list, number);
	for (i = 0; i < 6; i++)
		args[i] = va_arg(list, long);
	va_end(list);
	if (enters_kernel(number)) {
		op.address = (uint64_t)args[0];
		point(&op);
	}
	ret = call(number, args, __builtin_return_address(0));
	if (ret >= 0)
		return ret;
	errno = (int)-ret;
	return -1;
}
