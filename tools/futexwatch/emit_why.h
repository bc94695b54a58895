/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - who waits for whom, for programs */
#ifndef FUTEXWATCH_EMIT_WHY_H
#define FUTEXWATCH_EMIT_WHY_H

#include <jansson.h>
#include <stdio.h>

#include "picture.h"

/* One object of schema futexwatch/why/1. */
json_t *json_of_picture(const struct picture *p);

/* A graph in the language of Graphviz: dot -Tsvg draws it. */
void dot_of_picture(const struct picture *p, FILE *out);

#endif /* FUTEXWATCH_EMIT_WHY_H */
