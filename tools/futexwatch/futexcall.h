/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the futex words on which a sleeping thread waits */
#ifndef FUTEXWATCH_FUTEXCALL_H
#define FUTEXWATCH_FUTEXCALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "thread.h"

/* Whose numbers of system calls, and whose layouts of locks. */
enum abi {
	ABI_64, /* x86-64 */
	ABI_X32, /* its calls, with pointers of 32 bits */
	ABI_32, /* i386 */
};

struct word_wait {
	uint64_t address;
	uint64_t value; /* that the caller expected there */
	bool private; /* FUTEX_PRIVATE_FLAG: of this process alone */
	bool pi; /* LOCK_PI: the word holds its owner */
	bool timed; /* it ends by itself */
};

#define WORDS_MAX 128 /* FUTEX_WAITV_MAX */

/*
 * What @thread waits on, written to @words (room for WORDS_MAX): how many, 0
 * when its call is no futex wait. futex_waitv(2) waits on several, and its
 * list is read from the process's memory.
 */
size_t futexcall_words(const struct thread *thread, enum abi abi,
		       struct word_wait *words);

/* The call is restart_syscall(2), which may go on with anything. */
bool futexcall_is_restart(const struct call *call, enum abi abi);

/* Part of it, for tests: an entry of futex_waitv's list, as in memory. */
struct word_wait futexcall_entry(const void *entry);

#endif /* FUTEXWATCH_FUTEXCALL_H */
