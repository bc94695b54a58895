/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - what is said between the unwinding child and its parent */
#ifndef FUTEXWATCH_SITE_WIRE_H
#define FUTEXWATCH_SITE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/futexwatch.h>

#include "unwind.h"

/*
 * Over a stream of bytes, in both directions: a head, and @len bytes. The
 * child is not trusted with more than the text of what it found.
 */
enum site_message {
	SITE_MAPS, /* to the child: text of the mappings of @space */
	SITE_STACK, /* to the child: registers, then the stack */
	SITE_FRAMES, /* from the child: @nr struct site_frame, then text */
};

struct site_head {
	uint32_t type;
	uint32_t len;
	uint64_t space;
	uint32_t pid;
	uint32_t nr; /* SITE_FRAMES: frames; else 0 */
	uint32_t ticket; /* which SITE_STACK it is, or answers */
	uint32_t whole; /* SITE_FRAMES: the outermost frame was reached */
	uint64_t seen_ns; /* SITE_MAPS: when these were there */
};

/*
 * Where in the copy the address stands at which a frame goes on: that of the
 * innermost is in a register, and @offset is 0.
 */
struct site_frame {
	uint64_t pc;
	uint32_t offset;
	uint32_t found; /* it is there indeed */
};

#define SITE_STACK_MAX \
	(8 * FUTEXWATCH_REGS + FUTEXWATCH_STACK_MAX + sizeof(struct site_head))
#define SITE_TEXT_MAX	(256U << 10)
#define SITE_ANSWER_MAX (SITE_TEXT_MAX + WALK_MAX * sizeof(struct site_frame))
#define SITE_MAPS_MAX	(64U << 20)

/* The child's life; it ends when the other end of @fd is closed. */
void site_child(int fd) __attribute__((noreturn));

/* Blocks until all is read or written; false: the other end is gone. */
bool site_read(int fd, void *to, size_t len);
bool site_write(int fd, const void *from, size_t len);

#endif /* FUTEXWATCH_SITE_WIRE_H */
