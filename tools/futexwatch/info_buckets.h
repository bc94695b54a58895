/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - info's part on hash buckets: what is proved, and what is not */
#ifndef FUTEXWATCH_INFO_BUCKETS_H
#define FUTEXWATCH_INFO_BUCKETS_H

#include <jansson.h>

#include <futexwatch/client.h>

struct info_buckets {
	int err; /* why the module did not say, or 0 */
	struct futexwatch_buckets all;
	struct futexwatch_base *bases; /* @nr of them, the owner's */
	uint32_t nr;
};

void info_buckets_read(struct info_buckets *b,
		       struct futexwatch_session *session);
void info_buckets_free(struct info_buckets *b);

void info_buckets_print(const struct info_buckets *b);
void info_buckets_csv(const struct info_buckets *b);
json_t *info_buckets_json(const struct info_buckets *b);

#endif /* FUTEXWATCH_INFO_BUCKETS_H */
