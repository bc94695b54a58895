/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - what the module and the scheduler know of a picture's waits */
#ifndef FUTEXWATCH_WAITED_H
#define FUTEXWATCH_WAITED_H

#include "picture.h"

/* A session that runs while a picture is made. */
struct waited;

/*
 * Begins one for all processes, and lets it see @ns of them; NULL where there is
 * no module, where it may not be asked, or where it watches nothing else now.
 * @must: it is begun in any case, or the command ends.
 */
struct waited *waited_begin(uint64_t ns, bool must);
void waited_end(struct waited *w);

/*
 * Sets @asleep_ns of those who wait, and @waited_ns of their waits. If a session
 * saw a wait begin that is exact; else it is the scheduler's @asleep_ns, which is
 * the least that it can be, and inferred. To be called before picture_settle():
 * then what it says of steady threads is of these very waits. @w may be NULL.
 */
void waited_find(struct waited *w, struct picture *p);

/* Sets @doings of all knots: to be called after knots_tie(). */
void waited_watch(struct waited *w, struct picture *p);

#endif /* FUTEXWATCH_WAITED_H */
