/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - a process whose threads wait or are waited for */
#ifndef FUTEXWATCH_PARTY_H
#define FUTEXWATCH_PARTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <futexwatch/lock_names.h>

#include "futexcall.h"

struct party {
	uint32_t pid;
	uint32_t eye; /* a thread of it that lives: through it we look */
	enum abi abi;
	bool nested; /* it lives in a PID namespace that is not ours */
	uint64_t namespace; /* which one */
	uint32_t *tids;
	size_t nr_tids;
	bool known_names; /* @names was asked for, and may yet be NULL */
	struct futexwatch_lock_names *names;
};

/* NULL when there is no such process, or nothing of it lives in user space. */
struct party *party_new(uint32_t pid);
void party_free(void *party);

/*
 * The thread that is called @inner where the process lives, 0 if it has none.
 * It is alive.
 */
uint32_t party_thread(const struct party *party, uint32_t inner);

/* The name that the program has given to what lies at @address, or NULL. */
const char *party_given_name(struct party *party, uint64_t address);

/* The process that thread @tid belongs to, 0 when there is none. */
uint32_t party_of_thread(uint32_t tid);

/* The numbers in a directory of /proc: processes, or a process's threads. */
uint32_t *party_numbers(const char *path, size_t *nr);

#endif /* FUTEXWATCH_PARTY_H */
