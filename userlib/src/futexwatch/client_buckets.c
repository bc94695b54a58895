// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexwatch - client buckets: the kernel's tables, and where words belong */

#include "client_session.h"

#include <errno.h>
#include <string.h>

#define WORDS_AT_ONCE 65536U /* the call's own limit */

int futexwatch_buckets(struct futexwatch_session *s,
		       struct futexwatch_buckets *buckets,
		       struct futexwatch_base *bases, uint32_t room)
{
	int ret;

	memset(buckets, 0, sizeof(*buckets));
	buckets->size = sizeof(*buckets);
	buckets->item_size = sizeof(*bases);
	buckets->count = room;
	buckets->bases = (uintptr_t)bases;
	ret = fxw_session_ioctl(s, FUTEXWATCH_IOC_BUCKETS, buckets);
	if (ret < 0)
		return ret;
	return buckets->count <= INT32_MAX ? (int)buckets->count : -EPROTO;
}

int futexwatch_words(struct futexwatch_session *s,
		     struct futexwatch_word *words, uint32_t count)
{
	struct futexwatch_words call = {
		.size = sizeof(call),
		.item_size = sizeof(*words),
	};
	int ret;

	while (count) {
		call.count = count < WORDS_AT_ONCE ? count : WORDS_AT_ONCE;
		call.words = (uintptr_t)words;
		ret = fxw_session_ioctl(s, FUTEXWATCH_IOC_WORDS, &call);
		if (ret < 0)
			return ret;
		words += call.count;
		count -= call.count;
	}
	return 0;
}
