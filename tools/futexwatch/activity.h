/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - what a thread does, in a few words */
#ifndef FUTEXWATCH_ACTIVITY_H
#define FUTEXWATCH_ACTIVITY_H

#include "picture.h"

/* "read(7: pipe)", "nanosleep"; NULL: it is in no call. The caller frees. */
char *activity_call(const struct actor *actor);

/*
 * "on CPU 1", "runnable, waits for a CPU", "asleep in read(7: pipe)",
 * "stopped". The caller frees it.
 */
char *activity(const struct actor *actor);

/* The state in a word, for programs: running, runnable, asleep, ... */
const char *activity_state(const struct actor *actor);

#endif /* FUTEXWATCH_ACTIVITY_H */
