// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: what else the library asks of the system */

#include <sys/mman.h>
#include <time.h>

#include "world.h"

/* Each thread has a CPU of its own. */
int subject_getcpu(void);
int subject_getcpu(void)
{
	return current ? (int)self_index() : 0;
}

/*
 * The library wants a page that fork() clears (self.c), and uses its first
 * word. Nobody forks here, and the word is part of the state.
 */
static uint64_t page __attribute__((section("subject_bss")));

void *subject_mmap(void *address, size_t size, int prot, int flags, int fd,
		   long offset);
void *subject_mmap(void *address, size_t size, int prot, int flags, int fd,
		   long offset)
{
	(void)address;
	(void)size;
	(void)prot;
	(void)flags;
	(void)fd;
	(void)offset;
	return &page;
}

/*
 * Whoever looks at the clock has not slept through a deadline yet, or is late
 * for good. Kept per thread, as no other can tell.
 */
static uint8_t clocks[MAX_THREADS] __attribute__((section("subject_bss")));
#define SEEN 1
#define LATE 2

int subject_clock_gettime(clockid_t id, struct timespec *now);
int subject_clock_gettime(clockid_t id, struct timespec *now)
{
	uint8_t *clock = current ? &clocks[self_index()] : NULL;

	(void)id;
	*now = (struct timespec){ 0 };
	if (clock && *clock == LATE)
		now->tv_sec = INT32_MAX;
	else if (clock)
		*clock = SEEN;
	return 0;
}

void time_passes(void)
{
	uint8_t *clock = &clocks[self_index()];

	if (*clock == SEEN)
		*clock = LATE;
}

int subject_madvise(void *address, size_t size, int advice);
int subject_madvise(void *address, size_t size, int advice)
{
	(void)address;
	(void)size;
	(void)advice;
	return 0;
}
