/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - waits that slept before the session began */
#ifndef FXW_ADOPT_H
#define FXW_ADOPT_H

struct fxw_session;

/* Gives the live session @s the waits that sleep now. Control path. */
void fxw_adopt(struct fxw_session *s);

#endif /* FXW_ADOPT_H */
