// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: what else the library asks of the system */

#include <sys/mman.h>

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

int subject_madvise(void *address, size_t size, int advice);
int subject_madvise(void *address, size_t size, int advice)
{
	(void)address;
	(void)size;
	(void)advice;
	return 0;
}
