// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - all that an emitter or a view needs to show a model */

#include "scene.h"

#include <string.h>

#include "share.h"

void scene_init(struct scene *scene, const struct options *options, bool live)
{
	memset(scene, 0, sizeof(*scene));
	scene->options = options;
	scene->procs = procs_new(live);
	scene->resolver = resolver_new(live);
	scene->names = names_new(scene->procs, scene->resolver);
	scene->model = model_new();
}

void scene_free(struct scene *scene)
{
	model_free(scene->model);
	names_free(scene->names);
	resolver_free(scene->resolver);
	procs_free(scene->procs);
}

void scene_arrange(struct scene *scene)
{
	share_join(scene->model, scene->names);
	for (size_t i = 0; i < scene->model->nr; i++) {
		struct lock *lock = scene->model->locks[i];

		lock_sort_wakers(lock);
		if (!lock->name && scene_lists(scene, lock))
			lock->name = names_get(scene->names, lock->pid,
					       lock->space, lock->address);
	}
	model_sort(scene->model, scene->options->sort);
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
