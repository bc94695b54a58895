// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - stacks as lines of text, between processes */

#include "stack_text.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"

/*
 * "pc offset inlined guessed line", and after a tab each: function, file,
 * object. They are clean, so there are neither tabs nor newlines in them.
 */
void stack_write(FILE *out, const struct stack *stack)
{
	for (size_t i = 0; i < stack->nr; i++) {
		const struct frame *f = &stack->frames[i];

		fprintf(out, "%llx %llx %d %d %u\t%s\t%s\t%s\n",
			(unsigned long long)f->pc,
			(unsigned long long)f->offset, f->inlined, f->guessed,
			f->line, f->function ? f->function : "",
			f->file ? f->file : "", f->object);
	}
}

/* The text up to the next tab or the end, cleaned once more. */
static char *field(const char **at)
{
	size_t len = strcspn(*at, "\t\n");
	char *text = text_clean(*at, len);

	*at += len + ((*at)[len] == '\t');
	return text;
}

static char *non_empty(char *s)
{
	if (*s)
		return s;
	free(s);
	return NULL;
}

bool stack_read_line(struct stack *stack, const char *line)
{
	unsigned long long pc, offset;
	unsigned int inlined, guessed, number;
	struct frame frame = { 0 };
	int used = 0;

	if (sscanf(line, "%llx %llx %u %u %u%n", &pc, &offset, &inlined,
		   &guessed, &number, &used) != 5 ||
	    line[used] != '\t')
		return false;
	line += used + 1;
	frame.pc = pc;
	frame.offset = offset;
	frame.inlined = inlined;
	frame.guessed = guessed;
	frame.line = number;
	frame.function = non_empty(field(&line));
	frame.file = non_empty(field(&line));
	frame.object = field(&line);
	stack_add(stack, &frame);
	return true;
}
