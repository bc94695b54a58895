/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the file behind a mapping, if it is still there */
#ifndef FUTEXWATCH_MAPPED_FILE_H
#define FUTEXWATCH_MAPPED_FILE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "maps.h"

/*
 * Whether a file, found by the path of @m, with status @st, is what was mapped.
 * By now another may have that path: its inode differs (where the device is
 * the one of the mapping; overlays and btrfs show others there), or it has been
 * changed, or been given the name, after the mapping was seen.
 */
bool mapped_same(const struct mapping *m, const struct stat *st);

/*
 * Opens the plain file behind @m of process @pid (0: it is gone), or -1: not
 * what is at its path by now. *@very: it was found by the mapping itself. The
 * caller closes it.
 */
int mapped_open(const struct mapping *m, uint32_t pid, bool *very);

#endif /* FUTEXWATCH_MAPPED_FILE_H */
