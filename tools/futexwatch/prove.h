/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - waits of our own that prove where the hash buckets are */
#ifndef FUTEXWATCH_PROVE_H
#define FUTEXWATCH_PROVE_H

#include <futexwatch/client.h>

/*
 * The module tells buckets once enough waits at different words agree. A
 * program with a handful of locks has not that many, so we make some hundred
 * that end at once, in a session of their own, unless all is proved already;
 * @light: of the light capture, so that for it nothing else is hooked.
 *
 * Returns that session, which goes on, so that another that is started now
 * finds the kernel hooked; or NULL. To be given to futexwatch_close(). A device
 * that refuses anything is no error: the buckets are then unknown for longer.
 */
struct futexwatch_session *prove_tables(bool light);

#endif /* FUTEXWATCH_PROVE_H */
