// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - who waits for whom, in words */

#include "view_why.h"

#include <stdlib.h>
#include <string.h>

#include "knot.h"
#include "mem.h"
#include "text.h"

#define FRAMES_SHOWN 4

char *view_thread_text(const struct actor *actor, bool with_process)
{
	const struct thread *t = &actor->thread;

	if (with_process && t->tid != t->pid)
		return mem_printf("%u %s of %u", t->tid, t->comm, t->pid);
	return mem_printf("%u %s", t->tid, t->comm);
}

void view_thread(const struct actor *actor, FILE *out)
{
	fprintf(out, "%u ", actor->thread.tid);
	text_put(out, actor->thread.comm, 0);
}

char *view_lock_text(const struct wait *wait)
{
	const char *kind = knot_kind(wait);
	const char *how = wait->holder.how;
	const char *label = wait->knot->label;

	if (!strcmp(kind, "unknown") || !strcmp(kind, "join") ||
	    (strstr(label, " in ") && !*how))
		return mem_strdup(label);
	if (!strcmp(kind, "pi") || !strcmp(kind, "robust"))
		return mem_printf("%s (%s mutex)", label,
				  *kind == 'p' ? "PI" : "robust");
	return mem_printf("%s (%s%s%s)", label, kind, *how ? ", " : "", how);
}

void view_holder(const struct wait *wait, FILE *out)
{
	static const char *const marks[] = {
		[EVIDENCE_UNKNOWN] = "?",
		[EVIDENCE_INFERRED] = "~",
		[EVIDENCE_GLIBC] = "[glibc owner]",
		[EVIDENCE_EXACT] = "[exact]",
	};

	/* The end of a thread is waited for, not what it holds. */
	fprintf(out, "%s by %u  %s",
		strcmp(wait->holder.kind, "join") ? "held" : "ended",
		wait->holding->thread.tid, marks[wait->holder.evidence]);
}

static void put_frame(const struct frame *frame, FILE *out)
{
	char *text = stack_frame_text(frame);

	/* ~ is for what was inferred. */
	if (frame->guessed)
		fputc('~', out);
	text_put(out, text, 0);
	free(text);
}

static void put_all_frames(const struct stack *stack, unsigned int indent,
			   FILE *out)
{
	for (size_t i = 0; i < stack->nr; i++) {
		const struct frame *f = &stack->frames[i];

		fprintf(out, "%*s#%-2zu ", (int)indent, "", i);
		put_frame(f, out);
		if (f->inlined)
			fputs(" (inlined)", out);
		else if (f->function && *f->object) {
			fputs(" in ", out);
			text_put(out, f->object, 0);
		}
		fputc('\n', out);
	}
}

void view_stack(const struct stack *stack, const struct options *options,
		unsigned int indent, FILE *out)
{
	unsigned int shown = 0;

	if (options->verbose) {
		put_all_frames(stack, indent, out);
		return;
	}
	for (size_t i = stack_site(stack); i < stack->nr; i++) {
		if (!stack_frame_is_program(&stack->frames[i]))
			continue;
		if (shown == FRAMES_SHOWN) {
			fputs(" <- ...", out);
			break;
		}
		if (!shown++)
			fprintf(out, "%*sat ", (int)indent, "");
		else
			fputs(" <- ", out);
		put_frame(&stack->frames[i], out);
	}
	if (shown)
		fputc('\n', out);
}

static size_t count_waiting(const struct picture *p, size_t *known)
{
	size_t nr = 0;

	*known = 0;
	for (size_t i = 0; i < p->nr; i++) {
		bool held = false;

		nr += p->actors[i]->nr_waits != 0;
		for (size_t j = 0; j < p->actors[i]->nr_waits; j++)
			held |= p->actors[i]->waits[j].holding != NULL;
		*known += held;
	}
	return nr;
}

static void put_good_news(const struct picture *p, FILE *out)
{
	size_t known;
	size_t nr = count_waiting(p, &known);

	if (!nr) {
		fputs("No deadlock found: no thread waits on a futex.\n", out);
		return;
	}
	fprintf(out, "No deadlock found. %zu thread%s on a futex", nr,
		nr == 1 ? " waits" : "s wait");
	if (known)
		fprintf(out, ", %zu for somebody who is known", known);
	fputs(".\n", out);
}

void view_why(const struct picture *p, const struct options *options, FILE *out)
{
	if (!picture_deadlocked(p))
		put_good_news(p, out);
	view_cycles(p, options, out);
	view_chains(p, options, out);
	view_parked(p, options, out);
	if (p->stopped)
		fprintf(out,
			"\n%zu thread%s stopped: what they wait for is "
			"not told.\n",
			p->stopped, p->stopped == 1 ? " is" : "s are");
}
