/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexwatch - lock names: the parts of the reader */
#ifndef FUTEXWATCH_LOCK_PARTS_H
#define FUTEXWATCH_LOCK_PARTS_H

#include <futexwatch/lock_names.h>

struct lock_process;

struct futexwatch_lock_names {
	struct futexwatch_lock_name *list;
	size_t nr;
	struct futexwatch_lock_names_loss loss;
};

/* Adds a cleaned copy of @name. Return: 0, also when it was one too many. */
int lock_names_add(struct futexwatch_lock_names *names,
		   const struct futexwatch_lock_name *name);

/*
 * A copy of @text, which is not NULL, without what harms a terminal or is no
 * UTF-8; the caller frees it. NULL: no memory.
 */
char *lock_text_clean(const char *text);

/* From the ELF files of @process, its own tables, and those of others. */
int lock_static_read(struct futexwatch_lock_names *names,
		     struct lock_process *process);
int lock_table_read(struct futexwatch_lock_names *names,
		    struct lock_process *process);
int lock_shared_read(struct futexwatch_lock_names *names,
		     const struct lock_process *process);

/*
 * Calls @take for each name in the tables of @process. What is refused or
 * damaged is added to @loss; a memory that cannot be read is no error.
 * Return: 0, or the first value of @take that was not.
 */
int lock_table_walk(struct lock_process *process,
		    struct futexwatch_lock_names_loss *loss,
		    int (*take)(void *arg,
				const struct futexwatch_lock_name *name),
		    void *arg);

#endif /* FUTEXWATCH_LOCK_PARTS_H */
