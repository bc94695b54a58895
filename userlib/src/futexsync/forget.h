/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - what is destroyed loses its name */
#ifndef FUTEXSYNC_FORGET_H
#define FUTEXSYNC_FORGET_H

#include <futexsync/name.h>

/*
 * Weak: a program that is linked with the static library and names nothing
 * need not have the table of names. Where no name was ever set it is one look
 * at a pointer.
 */
extern __typeof__(fname_clear) fname_clear __attribute__((__weak__));

/* Forget the names of @object, of @len bytes, and of all that lies in it. */
static inline void forget_name(const void *object, size_t len)
{
	if (fname_clear)
		fname_clear(object, len);
}

#endif /* FUTEXSYNC_FORGET_H */
