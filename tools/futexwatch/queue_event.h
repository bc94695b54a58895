/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - what happens to a wait queue: somebody comes, goes, or wakes */
#ifndef FUTEXWATCH_QUEUE_EVENT_H
#define FUTEXWATCH_QUEUE_EVENT_H

#include "queues.h"

/* At one moment: who leaves makes room first, then come the wakes. */
enum kind {
	LEAVES,
	WAKES,
	ENTERS,
};

struct queue_event {
	uint64_t ns;
	uint64_t space;
	uint64_t address;
	uint64_t table;
	uint32_t bucket;
	uint32_t pid;
	uint32_t tid;
	uint32_t seen_tid;
	uint32_t waker; /* LEAVES: who woke it, or 0 */
	uint32_t asked; /* WAKES */
	uint32_t woken;
	uint32_t scanned; /* LEAVES: as the kernel's hook saw it, or 0 */
	bool alone; /* LEAVES: its wake woke nobody else, and has no call */
	uint8_t kind;
	uint8_t op;
	uint8_t order;
};

#endif /* FUTEXWATCH_QUEUE_EVENT_H */
