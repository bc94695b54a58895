// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - all that an emitter or a view needs to show a model */

#include "scene.h"

#include <stdlib.h>
#include <string.h>

#include "blame.h"
#include "clock.h"
#include "detect.h"
#include "held.h"
#include "kind.h"
#include "label.h"
#include "label_site.h"
#include "neighbours.h"
#include "share.h"

/* How long names may take: on a screen they may as well come later. */
#define SETTLE_NS (5 * NS_PER_SEC)
#define GLANCE_NS (200 * NS_PER_MS)

void scene_init(struct scene *scene, const struct options *options, bool live)
{
	memset(scene, 0, sizeof(*scene));
	scene->options = options;
	scene->live = live;
	scene->light = options->light;
	scene->procs = procs_new(live);
	scene->resolver = resolver_new(live);
	scene->names = names_new(scene->procs, scene->resolver);
	scene->model = model_new();
}

void scene_free(struct scene *scene)
{
	model_free(scene->model);
	sites_free(scene->sites);
	map_free(&scene->labels, free);
	names_free(scene->names);
	resolver_free(scene->resolver);
	procs_free(scene->procs);
}

/* Also what nobody waits on, if there is something to say about it. */
static bool is_told(const struct scene *scene, const struct lock *lock)
{
	return scene_lists(scene, lock) || detect(lock, FINDING_EMPTY);
}

void scene_arrange(struct scene *scene)
{
	share_join(scene->model, scene->names);
	for (size_t i = 0; i < scene->model->nr; i++) {
		struct lock *lock = scene->model->locks[i];

		lock_sort_wakers(lock);
		lock_sort_sites(lock);
		procs_set_time(scene->procs, lock->last_ns);
		if (!lock->name && is_told(scene, lock))
			lock->name = names_get(scene->names, lock->pid,
					       lock->space, lock->address);
	}
	if (scene->live)
		names_settle(scene->names,
			     scene->options->batch ? SETTLE_NS : GLANCE_NS);
	kinds_settle(scene->model, scene->sites);
	for (size_t i = 0; i < scene->model->nr; i++)
		label_lock(scene, scene->model->locks[i]);
	if (scene->live)
		held_find(scene);
	label_by_sites(scene);
	blame(scene->model);
	neighbours_link(scene->model);
	model_sort(scene->model, scene->options->sort);
	/* Each row is shown as a share of it. */
	scene->model->contention_ns = model_contention(scene->model);
}

bool scene_lists(const struct scene *scene, const struct lock *lock)
{
	return scene->options->all || lock_waits(lock);
}

/*
 * The kernel cuts names at 15 bytes: where that happened to the program's own
 * name, its file tells the rest. A name that the process chose is left alone.
 */
const char *scene_process(const struct scene *scene, const struct lock *lock)
{
	const struct proc *proc = procs_get(scene->procs, lock->pid, 0);
	const char *comm = procs_comm(scene->procs, lock->pid);
	const char *file = proc->exe ? strrchr(proc->exe, '/') : NULL;
	size_t len = strlen(comm);

	if (!file || strstr(file, " (deleted)"))
		return comm;
	if (!len ||
	    (len == FUTEXWATCH_COMM_LEN - 1 && !strncmp(file + 1, comm, len)))
		return file + 1;
	return comm;
}
