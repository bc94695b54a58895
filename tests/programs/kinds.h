/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - test programs: the kinds of prime_counts, one table a file */
#ifndef TESTS_KINDS_H
#define TESTS_KINDS_H

#include "expect.h"
#include "worker.h"

extern const struct kind plain_kinds[];
extern const struct kind wake_op_kinds[];
extern const struct kind requeue_kinds[];
extern const struct kind pi_kinds[];
extern const struct kind signal_kinds[];
extern const struct kind failing_kinds[];

#endif /* TESTS_KINDS_H */
