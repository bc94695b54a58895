/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - what a lock is called after what happened there */
#ifndef FUTEXWATCH_LABEL_H
#define FUTEXWATCH_LABEL_H

#include "scene.h"

/*
 * The thread of process @pid that has the number @val there, as we number it;
 * 0: there is none. So a wait for @val at its own word is a wait for its end.
 */
uint32_t label_joined(uint32_t pid, uint32_t val);

/*
 * Gives @lock a better name than that of its place, where there is one: the
 * word that pthread_join(3) waits on lies in the memory of the thread that is
 * waited for, and means nothing but that thread's end.
 */
void label_lock(const struct scene *scene, struct lock *lock);

#endif /* FUTEXWATCH_LABEL_H */
