/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexwatch - another process as /proc shows it: mappings, files, memory */
#ifndef FUTEXWATCH_LOCK_PROCESS_H
#define FUTEXWATCH_LOCK_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct lock_map {
	uint64_t start;
	uint64_t end;
	uint64_t offset; /* of @start in the file */
	uint64_t device; /* major << 32 | minor */
	uint64_t inode; /* 0: no file */
	bool write;
	bool exec;
	bool shared;
	bool table; /* of names, by its name */
	char *path; /* of what is executed, else NULL */
};

struct lock_process {
	pid_t pid;
	uid_t uid; /* the effective one */
	int dir; /* /proc/PID: stays this process when the number is reused */
	int mem; /* -1 until lock_process_read() opened it */
	struct lock_map *maps; /* ascending by address */
	size_t nr_maps;
};

/* Return: 0 or -errno, and then there is nothing to close. */
int lock_process_open(struct lock_process *p, pid_t pid);
void lock_process_close(struct lock_process *p);

/* Exactly @len bytes of its memory. Return: 0; -EFAULT; -errno of the open. */
int lock_process_read(struct lock_process *p, uint64_t address, void *buf,
		      size_t len);

/* The mapping in which @address lies, or NULL. */
const struct lock_map *lock_process_map(const struct lock_process *p,
					uint64_t address);

/* The file behind @m to read. Return: a descriptor or -errno. */
int lock_process_file(const struct lock_process *p, const struct lock_map *m);

#endif /* FUTEXWATCH_LOCK_PROCESS_H */
