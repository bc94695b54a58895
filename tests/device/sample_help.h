/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - device tests: sessions that take only some of the waits */
#ifndef TESTS_SAMPLE_HELP_H
#define TESTS_SAMPLE_HELP_H

#include "harness.h"

#include "device.h"

/*
 * What is drawn is chance; what is checked is not: who is taken and who is
 * passed over add up to all, and each that is taken counts as often as it says.
 */

static struct futexwatch_row rows[64];

static inline int set_rate(int fd, uint32_t shift)
{
	struct futexwatch_sample sample = { .size = sizeof(sample),
					    .shift = shift };

	return device_call(fd, FUTEXWATCH_IOC_SAMPLE, &sample);
}

static inline void begin(struct session *s, uint32_t flags, uint32_t shift)
{
	struct futexwatch_config cfg = own_config(flags);

	session_open(s, &cfg);
	CHECK_EQ(set_rate(s->fd, shift), 0);
	must_start(s->fd);
}

static inline const struct futexwatch_row *row_now(struct session *s,
						   uint32_t *word)
{
	return row_of(rows, read_table(s->fd, 0, rows, 64), word);
}

/* So that no test fails for what the machine cannot do. */
static inline bool can(uint32_t flags)
{
	return !(flags & FUTEXWATCH_CFG_LIGHT) ||
	       must_inform().hooks_found & FUTEXWATCH_HOOK_LIGHT;
}

#endif /* TESTS_SAMPLE_HELP_H */
