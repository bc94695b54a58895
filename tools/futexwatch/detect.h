/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - patterns of use that cost more than they need to */
#ifndef FUTEXWATCH_DETECT_H
#define FUTEXWATCH_DETECT_H

#include "model.h"

enum finding {
	FINDING_CONVOY, /* threads queue again as soon as they had it */
	FINDING_HERD, /* many are woken, and all but one sleep again */
	FINDING_EMPTY, /* wakes that find nobody */
	FINDING_TIMEOUTS, /* waits that end by their timeout only */
	FINDINGS,
};

/* Whether @finding is to be claimed of @lock; its crowds come with blame(). */
bool detect(const struct lock *lock, enum finding finding);

/* Its name for programs: convoy, herd, empty_wakes, timeouts. */
const char *detect_name(enum finding finding);

#endif /* FUTEXWATCH_DETECT_H */
