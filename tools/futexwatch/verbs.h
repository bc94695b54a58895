/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the verbs, each in a file of its own */
#ifndef FUTEXWATCH_VERBS_H
#define FUTEXWATCH_VERBS_H

#include "options.h"

extern const struct verb verb_top;
extern const struct verb verb_trace;
extern const struct verb verb_record;
extern const struct verb verb_report;
extern const struct verb verb_buckets;
extern const struct verb verb_why;
extern const struct verb verb_info;
extern const struct verb verb_verify;

#endif /* FUTEXWATCH_VERBS_H */
