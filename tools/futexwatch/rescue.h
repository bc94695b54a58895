/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - going on with a stack whose frame pointer is not known */
#ifndef FUTEXWATCH_RESCUE_H
#define FUTEXWATCH_RESCUE_H

#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stdint.h>

#include "maps.h"
#include "stack_copy.h"

struct registers {
	uint64_t pc;
	uint64_t sp;
	uint64_t bp;
	bool has_sp;
	bool has_bp;
};

/* Whose stack it is. */
struct unwinding {
	Dwfl *dwfl;
	const struct maps *maps;
	uint32_t pid;
};

/*
 * /proc tells the stack pointer of a sleeping thread, not its frame pointer
 * (rbp). Functions that were built without optimisation are found by it alone:
 * unless a callee has saved it, the rules end there. Then, @last being the
 * frame that is stuck, its end is looked for in the stack: the two words that
 * it must have left there are its caller's rbp, and an address behind a call of
 * that very function. Where nobody knows which one a call leads to, rbp must
 * be a frame pointer that leads further up.
 *
 * True: @next are the registers of its caller.
 */
bool rescue(const struct unwinding *u, const struct stack_copy *copy,
	    const struct registers *last, struct registers *next);

#endif /* FUTEXWATCH_RESCUE_H */
