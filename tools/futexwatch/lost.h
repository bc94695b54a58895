/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - waiters whom nobody will wake any more */
#ifndef FUTEXWATCH_LOST_H
#define FUTEXWATCH_LOST_H

#include "picture.h"

/*
 * Looks for threads that sleep on a word which has another value than they
 * wait for. That is so for a moment between each change and its wake; so all
 * threads of the process are watched for a while, and only if every one of
 * them slept all that time, and the word stayed as it was, nobody is on the
 * way: NOTE_LOST. Words that others share are left alone, for those who could
 * wake may be anywhere. To be called after picture_settle(); it takes time
 * only where there is such a word.
 */
void lost_find(struct picture *p);

#endif /* FUTEXWATCH_LOST_H */
