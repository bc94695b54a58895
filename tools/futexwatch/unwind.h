/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the stack of a sleeping thread, from its registers on */
#ifndef FUTEXWATCH_UNWIND_H
#define FUTEXWATCH_UNWIND_H

#include "futexcall.h"
#include "maps.h"
#include "resolve.h"
#include "stack.h"
#include "thread.h"

/* Unwinds the threads of one process; it is not stopped meanwhile. */
struct unwinder;

/* @maps stays the caller's. NULL when the library refuses. */
struct unwinder *unwinder_new(uint32_t pid, enum abi abi,
			      const struct maps *maps);
void unwinder_free(struct unwinder *u);

/*
 * Fills in the stack of @thread, which sleeps; if it woke up meanwhile the
 * stack stays empty. Its registers are those of the
 * call; all else is read from memory that may be broken or hostile: the stack
 * ends where it stops making sense, and after some frames in any case.
 */
void unwinder_run(struct unwinder *u, const struct thread *thread,
		  struct stack *stack);

/* A frame of a stack that was copied; @pc is where it goes on. */
struct walked {
	uint64_t pc;
	uint64_t sp;
	bool innermost;
};

#define WALK_MAX 128

struct walk {
	struct walked frames[WALK_MAX];
	size_t nr;
	bool whole; /* it came to the outermost frame */
};

/*
 * Finds the frames of a 64-bit stack of which there are the registers (DWARF's
 * numbers) and @len bytes from its pointer on. Nothing else is read of the
 * process: it may have gone.
 */
void unwinder_walk(struct unwinder *u, const uint64_t *regs,
		   const unsigned char *bytes, size_t len, struct walk *walk);

/* Adds what is known of one of its frames to @stack. */
void unwinder_names(struct unwinder *u, const struct walked *frame,
		    struct stack *stack);

#endif /* FUTEXWATCH_UNWIND_H */
