/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - in which order locks are shown, and which of them */
#ifndef FUTEXWATCH_SORT_H
#define FUTEXWATCH_SORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "model.h"

struct sort_key {
	const char *name;
	const char *text;
	/* What it compares; larger comes first. NULL: by name. */
	uint64_t (*value)(const struct lock *lock);
};

/* All keys, the default first; ends with a NULL name. */
extern const struct sort_key sort_keys[];

const struct sort_key *sort_find(const char *name);
void sort_help(FILE *out);

/* Orders @model->locks; ties by cost, then by address, so it is stable. */
void model_sort(struct model *model, const struct sort_key *key);

#endif /* FUTEXWATCH_SORT_H */
