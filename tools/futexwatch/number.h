/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - numbers with units, as the user types them */
#ifndef FUTEXWATCH_NUMBER_H
#define FUTEXWATCH_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Each is true when all of @text was a number of its kind and fits. */

/* 5ms, 1.5s, 100us, 2m, 1h; without a unit: seconds. */
bool number_time(const char *text, uint64_t *ns);

/* 4096, 64k, 64M, 1G, also 64MiB; powers of 1024. */
bool number_size(const char *text, uint64_t *bytes);

/* 12, 10k, 1M; powers of 1000, and at least 1. */
bool number_count(const char *text, uint64_t *count);

/* 0 to 100, with or without a % and decimals. */
bool number_percent(const char *text, double *percent);

/* A process or thread id: 1 to 2^22, no unit. */
bool number_id(const char *text, uint32_t *id);

#endif /* FUTEXWATCH_NUMBER_H */
