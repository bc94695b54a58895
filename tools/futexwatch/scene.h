/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - all that an emitter or a view needs to show a model */
#ifndef FUTEXWATCH_SCENE_H
#define FUTEXWATCH_SCENE_H

#include <stdio.h>

#include "model.h"
#include "names.h"
#include "options.h"
#include "own_cost.h"
#include "procs.h"
#include "sites.h"

struct queues;

struct scene {
	const struct options *options;
	bool live; /* else a recording tells */
	bool light; /* of the light capture */
	struct procs *procs;
	struct resolver *resolver;
	struct names *names;
	struct model *model;
	struct sites *sites; /* what stacks led to, or NULL */
	struct map labels; /* text by (space, address), see label_site.h */
	struct own_cost cost; /* of watching, as far as it was looked at */
	struct queues *queues; /* waits and wakes go there too, or NULL */
};

/* @live: names come from /proc; else from what a recording says. */
void scene_init(struct scene *scene, const struct options *options, bool live);
void scene_free(struct scene *scene);

/* Joins the words that are one lock, names the locks, then sorts them as the options say. */
void scene_arrange(struct scene *scene);

/* Whether @lock is among those to be listed: waited on, or --all. */
bool scene_lists(const struct scene *scene, const struct lock *lock);

/* What the lock's process is called; "" when nobody knows. */
const char *scene_process(const struct scene *scene, const struct lock *lock);

#endif /* FUTEXWATCH_SCENE_H */
