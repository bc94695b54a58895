/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - the kernel's tables of buckets: their shape, and what is told
 *
 * Control path: may sleep. Errors as the uapi header lists them.
 */
#ifndef FXW_BUCKETS_H
#define FXW_BUCKETS_H

#include <linux/futexwatch.h>

/* At module load, before any hook; and when no hook is left. */
int fxw_buckets_init(void);
void fxw_buckets_exit(void);

int fxw_buckets_read(struct futexwatch_buckets *b);
int fxw_buckets_words(struct futexwatch_words *w);

#endif /* FXW_BUCKETS_H */
