/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - device tests: futex operations of io_uring, by bare calls */
#ifndef TESTS_URING_H
#define TESTS_URING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/io_uring.h>

/* A ring of 64 requests; set-up that fails ends the program. */
struct uring {
	int fd;
	uint32_t *sq_tail;
	uint32_t *sq_mask;
	uint32_t *sq_array;
	uint32_t *cq_head;
	uint32_t *cq_tail;
	uint32_t *cq_mask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
	void *maps[3];
	size_t sizes[3];
	unsigned int held; /* requests that are not submitted yet */
	bool hold;
};

/* Does this kernel have them? If not, @why says what is missing. */
bool uring_has_futex(const char **why);

void uring_open(struct uring *r);
void uring_close(struct uring *r);

/*
 * Each submits one request; @flags: IOSQE_*. They do not wait for its end.
 * After uring_hold() they only prepare it, until uring_submit() takes them all.
 */
void uring_hold(struct uring *r);
void uring_submit(struct uring *r);
void uring_wait(struct uring *r, uint32_t *word, uint32_t val,
		unsigned int flags, uint64_t id);
/* @vector: of struct futex_waitv. */
void uring_waitv(struct uring *r, const void *vector, uint32_t nr,
		 unsigned int flags, uint64_t id);
void uring_wake(struct uring *r, uint32_t *word, uint32_t count,
		unsigned int flags, uint64_t id);
void uring_cancel(struct uring *r, uint64_t which, uint64_t id);

/* Waits for the next completion and returns its result; @id: whose it is. */
int uring_result(struct uring *r, uint64_t *id);

/* As uring_result(), and bail_out() unless it is of @id and returns @want. */
void uring_expect(struct uring *r, uint64_t id, int want);

#endif /* TESTS_URING_H */
