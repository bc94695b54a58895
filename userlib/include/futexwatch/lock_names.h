/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexwatch - the names that another process has given its locks */
#ifndef FUTEXWATCH_LOCK_NAMES_H
#define FUTEXWATCH_LOCK_NAMES_H

/*
 *	struct futexwatch_lock_names *names;
 *	const struct futexwatch_lock_name *name;
 *
 *	ret = futexwatch_lock_names_read(&names, pid);
 *	if (!ret) {
 *		name = futexwatch_lock_names_find(names, address);
 *		puts(name ? name->name : "no name");
 *		futexwatch_lock_names_free(names);
 *	}
 *
 * Programs name locks with <futexsync/name.h>. Here they are read from outside,
 * while the process runs on and knows nothing of it. Nothing that it has
 * written is trusted: sizes are checked, work is bounded, text is made fit for
 * a terminal.
 *
 * Link with libelf too.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where a name comes from: struct futexwatch_lock_name, @source. */
#define FUTEXWATCH_NAME_STATIC	0 /* FNAME_STATIC() in a file it has mapped */
#define FUTEXWATCH_NAME_DYNAMIC 1 /* fname_set() in the process itself */
#define FUTEXWATCH_NAME_SHARED	2 /* fname_set() in one that shares the memory */

/** FUTEXWATCH_NAMES_MAX - more names than this are not read */
#define FUTEXWATCH_NAMES_MAX 65536

/**
 * struct futexwatch_lock_name - one name
 * @address: where the object begins, in the process that was asked for
 * @size: its size in bytes, 1 or more
 * @source: one of FUTEXWATCH_NAME_*
 * @pid: the process that gave the name
 * @name: UTF-8 without control characters; others became "?"
 * @object: the file that a static name stands in, cleaned likewise; else ""
 */
struct futexwatch_lock_name {
	uint64_t address;
	uint64_t size;
	unsigned int source;
	pid_t pid;
	const char *name;
	const char *object;
};

/**
 * struct futexwatch_lock_names_loss - why there may be more names than told
 * @refused: fname_set() said so often that its table was full
 * @damaged: names, tables or files that contradict themselves
 * @omitted: names beyond FUTEXWATCH_NAMES_MAX, and files beyond a limit
 * @error: 0, or the -errno with which reading the process's memory failed;
 *	then all its dynamic names are missing
 */
struct futexwatch_lock_names_loss {
	uint64_t refused;
	uint64_t damaged;
	uint64_t omitted;
	int error;
};

/** struct futexwatch_lock_names - the names of one process at one moment */
struct futexwatch_lock_names;

/**
 * futexwatch_lock_names_read() - read the names of a process
 * @out: set to what the caller gives to futexwatch_lock_names_free()
 * @pid: the process, as /proc here numbers it; it may be the caller
 *
 * For objects in shared memory all processes in /proc are asked that can be
 * read and belong to the same user as @pid or to root.
 *
 * Return: 0, with or without names; -ESRCH: no such process; -EACCES, -EPERM:
 * its mappings may not be read; -EINVAL: @pid < 1; -ENOMEM and what else
 * reading /proc can return.
 */
int futexwatch_lock_names_read(struct futexwatch_lock_names **out, pid_t pid);

/** futexwatch_lock_names_free() - give all of it back; NULL is nothing */
void futexwatch_lock_names_free(struct futexwatch_lock_names *names);

/** futexwatch_lock_names_count() - how many names there are */
size_t futexwatch_lock_names_count(const struct futexwatch_lock_names *names);

/**
 * futexwatch_lock_names_at() - one of them
 * @names: what was read
 * @index: 0 to the count - 1; ascending by address, the larger object first
 *
 * Return: valid until @names is freed; NULL: @index is out of range.
 */
const struct futexwatch_lock_name *
futexwatch_lock_names_at(const struct futexwatch_lock_names *names,
			 size_t index);

/**
 * futexwatch_lock_names_find() - the name of the smallest object at an address
 *
 * Return: as futexwatch_lock_names_at(); NULL: nothing there has a name.
 */
const struct futexwatch_lock_name *
futexwatch_lock_names_find(const struct futexwatch_lock_names *names,
			   uint64_t address);

/** futexwatch_lock_names_loss() - what is missing; lives as long as @names */
const struct futexwatch_lock_names_loss *
futexwatch_lock_names_loss(const struct futexwatch_lock_names *names);

#ifdef __cplusplus
}
#endif

#endif /* FUTEXWATCH_LOCK_NAMES_H */
