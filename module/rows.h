/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the rows of a session's table, for user space. */
#ifndef FXW_ROWS_H
#define FXW_ROWS_H

#include <linux/futexwatch.h>

struct fxw_session;

/*
 * Fills @c->items and moves the cursor on. May sleep; the caller keeps the
 * session. EINVAL, EBADFD (it has no table), ENOMEM, EFAULT (for the first row;
 * later ones end the reading before them).
 */
int fxw_rows_read(struct fxw_session *s, struct futexwatch_cursor *c);

#endif /* FXW_ROWS_H */
