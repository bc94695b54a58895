/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - what sort of lock it is, by how threads came to wait there */
#ifndef FUTEXWATCH_KIND_SITE_H
#define FUTEXWATCH_KIND_SITE_H

#include "lock.h"
#include "sites.h"

/* What the functions around a wait say, or "unknown". */
const char *kind_of_stack(const struct stack *stack);

/* The same of the way that most of the waiting came, or NULL. */
const char *kind_of_sites(const struct lock *lock, const struct sites *sites);

#endif /* FUTEXWATCH_KIND_SITE_H */
