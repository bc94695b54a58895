/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the names that programs have given their locks themselves */
#ifndef FUTEXWATCH_GIVEN_H
#define FUTEXWATCH_GIVEN_H

#include "procs.h"
#include "resolve.h"

struct given;

struct given *given_new(void);
void given_free(struct given *given);

/*
 * The name that libfutexsync's user gave to what lies at @address of @proc,
 * which @found was made out to be before: "jobs", "jobs+0x8". NULL: none. The
 * caller frees it.
 */
char *given_name(struct given *given, const struct proc *proc, uint64_t address,
		 const struct name *found);

#endif /* FUTEXWATCH_GIVEN_H */
