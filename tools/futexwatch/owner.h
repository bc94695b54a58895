/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the thread that owns what a wait is for */
#ifndef FUTEXWATCH_OWNER_H
#define FUTEXWATCH_OWNER_H

#include <stdint.h>

struct picture;
struct wait;

/*
 * Reads the memory around the word and sets wait->holder and value_now.
 * Returns the owner as we number threads, or 0. The wait's name must be known.
 */
uint32_t owner_find(struct picture *picture, struct wait *wait);

#endif /* FUTEXWATCH_OWNER_H */
