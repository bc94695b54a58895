/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - one record as a line of trace */
#ifndef FUTEXWATCH_LINE_H
#define FUTEXWATCH_LINE_H

#include <linux/futexwatch.h>

#include "scene.h"

/* The kinds of record, as JSON and CSV call them. */
const char *line_type(const union futexwatch_record *rec);

/* The name of a thread in a record's eyes: "con-12/1987". */
char *line_task(const struct scene *scene, uint32_t tid);

/* The name of @address, a word in the address space of the record. */
const struct name *line_name(const struct scene *scene,
			     const struct futexwatch_head *head,
			     uint64_t address);

/* In the manner of strace; @offset_ns leads from monotonic to real time. */
void line_text(const struct scene *scene, const union futexwatch_record *rec,
	       uint64_t offset_ns);

/* One object, with keys that stay; one line of values for csv. */
void line_json(const struct scene *scene, const union futexwatch_record *rec,
	       uint64_t offset_ns);
void line_csv_header(void);
void line_csv(const struct scene *scene, const union futexwatch_record *rec);

#endif /* FUTEXWATCH_LINE_H */
