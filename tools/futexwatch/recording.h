/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - a recording read back into a scene */
#ifndef FUTEXWATCH_RECORDING_H
#define FUTEXWATCH_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#include "bases.h"
#include "loss.h"
#include "scene.h"

struct recording {
	const char *path;
	bool whole; /* the end mark was there */
	uint64_t lost_bytes; /* at the end, cut or damaged */
	uint64_t start_ns; /* from the META items; 0: not told */
	uint64_t end_ns;
	bool counted; /* the books were in it */
	struct loss loss;
	struct bases bases;
	char *command; /* what was recorded, clean; or NULL */
	char *kernel;
};

/*
 * Reads @path ("-" is stdin) into @scene's model, processes and names. What is
 * no recording ends the command with a sentence that says why.
 */
void recording_load(struct recording *recording, const char *path,
		    struct scene *scene);

/* Says so if it was cut short. */
void recording_warn(const struct recording *recording);
void recording_free(struct recording *recording);

#endif /* FUTEXWATCH_RECORDING_H */
