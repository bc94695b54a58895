// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the futex words on which a sleeping thread waits */

#include "futexcall.h"

#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peek.h"
#include "slurp.h"

/* The same numbers everywhere; older headers lack some. */
enum {
	NR_futex_waitv = 449,
	NR_futex_wait = 455,
	OP_LOCK_PI2 = 13,
	X32_BIT = 0x40000000,
	FUTEX2_IS_PRIVATE = 128,
};

#define ENTRY_SIZE 24 /* struct futex_waitv: u64 val, u64 uaddr, u32 flags */

static bool is_futex(int64_t nr, enum abi abi)
{
	return abi == ABI_32 ? nr == 240 || nr == 422 : nr == 202;
}

bool futexcall_is_restart(const struct call *call, enum abi abi)
{
	return call->nr == (abi == ABI_32 ? 0 : 219);
}

/*
 * The registers of a restarted call are those it began with, whatever it was.
 * The function in which the kernel has put the thread to sleep tells.
 */
static bool sleeps_in_futex(uint32_t tid)
{
	char path[48];
	char *text;
	bool futex;

	snprintf(path, sizeof(path), "/proc/%u/wchan", tid);
	text = slurp(path);
	futex = text && !strncmp(text, "futex", 5);
	free(text);
	return futex;
}

static size_t from_futex(const struct call *call, struct word_wait *word)
{
	unsigned int op = (unsigned int)call->args[1];

	word->address = call->args[0];
	word->value = (uint32_t)call->args[2];
	word->private = op & FUTEX_PRIVATE_FLAG;
	word->timed = call->args[3];
	switch (op & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
	case FUTEX_WAIT_BITSET:
	case FUTEX_WAIT_REQUEUE_PI:
		return 1;
	case FUTEX_LOCK_PI:
	case OP_LOCK_PI2:
		word->pi = true;
		return 1;
	}
	return 0;
}

/* futex_wait(2): word, value, mask, flags, timeout, clock. */
static size_t from_futex_wait(const struct call *call, struct word_wait *word)
{
	word->address = call->args[0];
	word->value = (uint32_t)call->args[1];
	word->private = call->args[3] & FUTEX2_IS_PRIVATE;
	word->timed = call->args[4];
	return 1;
}

struct word_wait futexcall_entry(const void *entry)
{
	struct word_wait word = { 0 };
	uint32_t flags;

	memcpy(&word.value, entry, 8);
	memcpy(&word.address, (const char *)entry + 8, 8);
	memcpy(&flags, (const char *)entry + 16, 4);
	word.value = (uint32_t)word.value;
	word.private = flags & FUTEX2_IS_PRIVATE;
	return word;
}

/* futex_waitv(2): list, how many, flags, timeout, clock. */
static size_t from_waitv(const struct thread *thread, struct word_wait *words)
{
	const uint64_t *args = thread->call.args;
	unsigned char list[WORDS_MAX * ENTRY_SIZE];
	size_t nr = args[1] < WORDS_MAX ? args[1] : WORDS_MAX;

	nr = peek(thread->tid, args[0], list, nr * ENTRY_SIZE) / ENTRY_SIZE;
	for (size_t i = 0; i < nr; i++) {
		words[i] = futexcall_entry(list + i * ENTRY_SIZE);
		words[i].timed = args[3];
	}
	return nr;
}

size_t futexcall_words(const struct thread *thread, enum abi abi,
		       struct word_wait *words)
{
	const struct call *call = &thread->call;
	int64_t nr = call->nr;

	if (!call->known || nr < 0)
		return 0;
	if (abi != ABI_32)
		nr &= ~(int64_t)X32_BIT;
	memset(words, 0, sizeof(*words));
	if (is_futex(nr, abi))
		return from_futex(call, words);
	if (futexcall_is_restart(call, abi))
		return sleeps_in_futex(thread->tid) ? from_futex(call, words)
						    : 0;
	if (nr == NR_futex_wait)
		return from_futex_wait(call, words);
	return nr == NR_futex_waitv ? from_waitv(thread, words) : 0;
}
