/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the report for people: a paragraph per lock */
#ifndef FUTEXWATCH_VIEW_REPORT_H
#define FUTEXWATCH_VIEW_REPORT_H

#include "recording.h"
#include "scene.h"

void view_report(const struct scene *scene, const struct recording *recording,
		 FILE *out);

/* One lock's paragraph; also in top's details. @rank 0: without a number. */
void view_lock(const struct scene *scene, const struct lock *lock, size_t rank,
	       FILE *out);

/* Where it is waited for, and from where its waits are ended. */
void view_sites(const struct scene *scene, const struct lock *lock, FILE *out);

/* How many stacks there were, and what was left out. */
void view_stack_books(const struct model *model, FILE *out);

/* What is worth a word besides the locks themselves. */
void view_also_seen(const struct scene *scene, FILE *out);

#endif /* FUTEXWATCH_VIEW_REPORT_H */
