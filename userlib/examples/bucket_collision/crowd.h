/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - example: threads asleep at futex words */
#ifndef BUCKET_COLLISION_CROWD_H
#define BUCKET_COLLISION_CROWD_H

#include <stdint.h>

/* Starts @count threads, which wait for orders. Ends the program if it cannot. */
void crowd_start(int count);

/*
 * Sends one of them to sleep at @word, which has to stay 0, for ever; whoever
 * wakes it sends it back to sleep. Returns when it is asleep: who was sent
 * before stands before it in the bucket's queue.
 */
void crowd_sleep(const uint32_t *word);

#endif /* BUCKET_COLLISION_CROWD_H */
