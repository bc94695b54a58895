/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - comma-separated values, one line per lock */
#ifndef FUTEXWATCH_EMIT_CSV_H
#define FUTEXWATCH_EMIT_CSV_H

#include "scene.h"

/* The line of names, once per output. */
void csv_header(void);

/* The locks; @table numbers the tables of one output from 1. */
void csv_scene(const struct scene *scene, uint64_t table, uint64_t limit);

/* One text field, quoted where it has to be; no comma after it. */
void csv_text(const char *text);

#endif /* FUTEXWATCH_EMIT_CSV_H */
