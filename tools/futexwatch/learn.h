/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - what a live record says about processes and threads */
#ifndef FUTEXWATCH_LEARN_H
#define FUTEXWATCH_LEARN_H

#include <linux/futexwatch.h>

#include "procs.h"

/* To be called for each record, also for those that are not shown. */
void learn_record(struct procs *procs, const union futexwatch_record *rec);

#endif /* FUTEXWATCH_LEARN_H */
