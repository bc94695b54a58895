// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - who waits for whom, as a graph for Graphviz */

#include <stdlib.h>

#include "activity.h"
#include "emit_why.h"
#include "knot.h"

/* Text is clean; what is left are the marks of the language itself. */
static void put_quoted(const char *text, FILE *out)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
}

static bool is_deadlocked(const struct picture *p, const struct actor *actor)
{
	size_t cycle = p->cycle_of[actor->index];

	return cycle != GRAPH_NONE && !p->cycles[cycle].timed;
}

static void put_node(const struct picture *p, const struct actor *actor,
		     FILE *out)
{
	size_t site = stack_site(&actor->stack);
	char *line;

	fprintf(out, "\tt%u [label=\"%u ", actor->thread.tid,
		actor->thread.tid);
	put_quoted(actor->thread.comm, out);
	if (site < actor->stack.nr) {
		line = stack_frame_text(&actor->stack.frames[site]);
		fputs("\\n", out);
		put_quoted(line, out);
		free(line);
	}
	if (!actor->nr_waits) {
		line = activity(actor);
		fputs("\\n", out);
		put_quoted(line, out);
		free(line);
	}
	fputc('"', out);
	if (is_deadlocked(p, actor))
		fputs(", color=red, penwidth=2", out);
	fputs("];\n", out);
}

static void put_edge(const struct picture *p, const struct wait *wait,
		     FILE *out)
{
	fprintf(out, "\tt%u -> t%u [label=\"", wait->actor->thread.tid,
		wait->holding->thread.tid);
	put_quoted(wait->knot->label, out);
	fprintf(out, "\\n%s\"", evidence_name(wait->holder.evidence));
	if (is_deadlocked(p, wait->actor))
		fputs(", color=red, penwidth=2", out);
	fputs("];\n", out);
}

/* Parked threads have no edges, and would only hide those that have. */
void dot_of_picture(const struct picture *p, FILE *out)
{
	fputs("digraph why {\n\trankdir=LR;\n\tnode [shape=box];\n", out);
	for (size_t i = 0; i < p->nr; i++) {
		const struct actor *actor = p->actors[i];
		bool linked = actor->holds;

		for (size_t j = 0; j < actor->nr_waits; j++)
			linked |= actor->waits[j].holding != NULL;
		if (linked)
			put_node(p, actor, out);
	}
	for (size_t i = 0; i < p->nr; i++) {
		const struct actor *actor = p->actors[i];

		for (size_t j = 0; j < actor->nr_waits; j++) {
			if (actor->waits[j].holding)
				put_edge(p, &actor->waits[j], out);
		}
	}
	fputs("}\n", out);
}
