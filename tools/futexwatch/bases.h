/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - what is known of the kernel's tables of hash buckets */
#ifndef FUTEXWATCH_BASES_H
#define FUTEXWATCH_BASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <futexwatch/client.h>

/* More NUMA nodes than that are not told one by one. */
#define BASES_MAX 65

struct bases {
	bool known; /* a device or a recording told */
	uint32_t model; /* FUTEXWATCH_MODEL_* */
	uint32_t order; /* log2 of the size of the global tables */
	uint64_t told;
	uint64_t untold[FUTEXWATCH_UNTOLDS];
	struct futexwatch_base list[BASES_MAX];
	size_t nr;
};

/* Asks the device. Nothing is known if it does not tell. */
void bases_read(struct bases *bases, struct futexwatch_session *session);

/* The module counts since it was loaded; this leaves what came after @before. */
void bases_since(struct bases *bases, const struct bases *before);

/* As text for a recording, to be freed by the caller, and back from it. */
char *bases_text(const struct bases *bases);
void bases_parse(struct bases *bases, const char *text);

/* FUTEXWATCH_TABLE_*: of that table, or NULL. */
const struct futexwatch_base *bases_of(const struct bases *bases,
				       uint32_t table);

/* Why waits could not be placed: a sentence without its stop, or NULL. */
const char *bases_why(const struct bases *bases);

#endif /* FUTEXWATCH_BASES_H */
