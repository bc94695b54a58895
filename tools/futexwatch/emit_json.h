/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - JSON; its names are promised to scripts */
#ifndef FUTEXWATCH_EMIT_JSON_H
#define FUTEXWATCH_EMIT_JSON_H

#include <jansson.h>

#include "scene.h"

/* The model as one object of schema futexwatch/@verb/1. */
json_t *json_of_scene(const struct scene *scene, const char *verb);

/*
 * Writes @object as one line (@line) or indented, and gives it up. A number
 * never loses digits on the way.
 */
void json_emit(json_t *object, bool line);

/* Parts that other objects have too. */
json_t *json_of_address(uint64_t address);
json_t *json_of_explained(const struct model *model);
json_t *json_of_events(const struct model *model);
json_t *json_of_sampling(const struct model *model);

#endif /* FUTEXWATCH_EMIT_JSON_H */
