/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - where sleeping threads are: functions, files and lines */
#ifndef FUTEXWATCH_STACK_H
#define FUTEXWATCH_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame {
	uint64_t pc;
	char *function; /* clean, without parameters; NULL: not known */
	char *file; /* as the debug information has it; NULL: not known */
	unsigned int line;
	char *object; /* the file that the code is in, or "" */
	uint64_t offset; /* of @pc in @object */
	bool inlined; /* into the frame after it */
	bool guessed; /* found by looking at the stack, not by its rules */
};

/* Innermost first. All zeroes is the empty stack. */
struct stack {
	struct frame *frames;
	size_t nr;
};

void stack_free(struct stack *stack);
void stack_add(struct stack *stack, const struct frame *frame);

/* Copies of all frames of @more. */
void stack_append(struct stack *stack, const struct stack *more);

/* The C or C++ library, or libfutexsync: how programs wait, not where. */
bool stack_object_is_runtime(const char *path);

/*
 * The first frame that belongs to the program, not to the C or C++ library or
 * libfutexsync: where it waits. @stack->nr when there is none.
 */
size_t stack_site(const struct stack *stack);

/* Whether the frame is the program's own. */
bool stack_frame_is_program(const struct frame *frame);

/* "function (file.c:12)", "function", "object+0x12"; freed by the caller. */
char *stack_frame_text(const struct frame *frame);

#endif /* FUTEXWATCH_STACK_H */
