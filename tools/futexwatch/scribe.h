/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - writes a recording that can be read when all else is gone */
#ifndef FUTEXWATCH_SCRIBE_H
#define FUTEXWATCH_SCRIBE_H

#include <stdbool.h>
#include <stdint.h>

#include <futexwatch/trace.h>

#include "map.h"
#include "scene.h"

struct word {
	uint64_t space;
	uint64_t address;
	uint64_t ns; /* when it was seen first */
	uint32_t pid;
	bool named; /* its name was written */
	const struct name *name; /* NULL: not yet looked up */
};

/* Who was where: a record of which nothing is left to be noted. */
struct known {
	uint64_t space;
	uint64_t address;
	uint32_t tid;
	uint32_t waker;
};

#define SCRIBE_KNOWN_BITS 8

struct scribe {
	struct scene *scene;
	struct futexwatch_writer *writer;
	struct map comms; /* by tid: what was written, see scribe_comm.c */
	struct map seen; /* words seen: (space, address) */
	struct word *words;
	size_t nr_words;
	size_t nr_named; /* the first of them, whose name was asked */
	struct known known[1 << SCRIBE_KNOWN_BITS]; /* by their hash */
	struct map build_ids; /* files whose build-id was written */
	struct futexwatch_stack *stacks; /* that are not written yet */
	size_t nr_stacks;
	struct held_look *look;
	struct map held; /* words whose holder was looked for */
	uint64_t records;
	int err; /* the first that writing brought, or 0 */
};

void scribe_init(struct scribe *scribe, struct scene *scene,
		 struct futexwatch_writer *writer);
void scribe_free(struct scribe *scribe);

/* Records, with what they tell about threads, processes and words. */
void scribe_records(struct scribe *scribe, const union futexwatch_record *recs,
		    size_t nr);

/* A wait that has not ended. */
void scribe_waiting(struct scribe *scribe, const struct futexwatch_wait *wait);

/* A call site, and a stack that led to it: of who has sites.h. */
void scribe_site(uint32_t site, const char *text, void *scribe);
void scribe_stack(const struct futexwatch_stack *stack, void *scribe);

/* Writes the stacks that were gathered. */
void scribe_flush_stacks(struct scribe *scribe);

/* "key=value" about the recording. */
void scribe_meta(struct scribe *scribe, const char *key, const char *value);

/* Names new words and writes new mappings, for at most @budget_ns. */
void scribe_catch_up(struct scribe *scribe, uint64_t budget_ns);

/* All names, build-ids and last names of threads. */
void scribe_finish(struct scribe *scribe);

void scribe_add(struct scribe *scribe, enum futexwatch_item_type type,
		uint32_t pid, const void *data, size_t len);
void scribe_text(struct scribe *scribe, enum futexwatch_item_type type,
		 uint32_t pid, const char *text);

/*
 * The names of threads: at first sight, for a thread may be gone at the end;
 * as a record tells them; and what those that live are called at the end.
 */
void scribe_comm(struct scribe *scribe, uint32_t tid);
void scribe_comm_told(struct scribe *scribe,
		      const struct futexwatch_task *task);
void scribe_last_comms(struct scribe *scribe);
void scribe_drop_comms(struct scribe *scribe);

#endif /* FUTEXWATCH_SCRIBE_H */
