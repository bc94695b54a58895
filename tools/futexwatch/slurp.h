/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - whole small files, as /proc has them */
#ifndef FUTEXWATCH_SLURP_H
#define FUTEXWATCH_SLURP_H

/* The text of @path, freed by the caller; NULL with errno set. */
char *slurp(const char *path);

#endif /* FUTEXWATCH_SLURP_H */
