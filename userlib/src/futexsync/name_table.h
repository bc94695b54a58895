/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - the table of dynamic names, as a reader from outside finds it */
#ifndef FUTEXSYNC_NAME_TABLE_H
#define FUTEXSYNC_NAME_TABLE_H

/*
 * The table lies at the start of a mapping that /proc/PID/maps calls
 * "/memfd:futexsync-names (deleted)". The mapping is private: its pages hold
 * what the process wrote, the file behind it stays empty, and fork() copies
 * it like all other memory. So it is read through /proc/PID/mem.
 *
 * A process may have several (a library that is linked twice), and all that
 * is in there may be a lie. Fields are in the byte order of the machine, and
 * lie the same in 32-bit and in 64-bit processes.
 */

#include <futexsync/name.h>

#define NAME_TABLE_FILE "futexsync-names"

/* As a number, "FXSNAMES" in memory on a little-endian machine. */
#define NAME_TABLE_MAGIC   0x53454d414e535846ULL
#define NAME_TABLE_VERSION 1

/**
 * struct name_table - what the mapping begins with
 * @magic: NAME_TABLE_MAGIC, written last: before, there is no table yet
 * @version: NAME_TABLE_VERSION; another one: do not read on
 * @header_size: where the first entry begins; may grow
 * @entry_size: from one entry to the next; may grow
 * @capacity: how many entries there is room for
 * @used: entries from here on are all free
 * @refused: names that found no entry
 */
struct name_table {
	uint64_t magic;
	uint32_t version;
	uint32_t header_size;
	uint32_t entry_size;
	uint32_t capacity;
	uint32_t used;
	uint32_t refused;
	uint32_t reserved[8];
};

/**
 * struct name_entry - one name
 * @seq: odd while the rest changes; see name.c
 * @reserved: 0
 * @address: where the object begins
 * @len: its size in bytes; 0: this entry is free
 * @name: its name, in bytes, ended by a 0
 */
struct name_entry {
	uint32_t seq;
	uint32_t reserved;
	uint64_t address;
	uint64_t len;
	uint64_t name[FNAME_MAX / 8];
};

#ifndef __cplusplus
_Static_assert(sizeof(struct name_table) == 64, "no holes");
_Static_assert(sizeof(struct name_entry) == 88, "no holes");
#endif

#endif /* FUTEXSYNC_NAME_TABLE_H */
