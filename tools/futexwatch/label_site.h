/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - locks without a name, called by where they are waited for */
#ifndef FUTEXWATCH_LABEL_SITE_H
#define FUTEXWATCH_LABEL_SITE_H

#include "scene.h"

/* Memory that came from the heap or a stack: an offset there means nothing. */
bool label_is_nameless(const struct name *name);

/* "mutex in f (file.c:12)" after a stack, or NULL; the caller's to free. */
char *label_of_stack(const char *kind, const struct stack *stack);

/*
 * The locks of @scene that have no name get one after the place that most of
 * the waiting came from; the same name twice has the address behind it. Where
 * no stack came this time, a name that was given before is given again.
 */
void label_by_sites(struct scene *scene);

#endif /* FUTEXWATCH_LABEL_SITE_H */
