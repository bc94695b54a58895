// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the text of a wake or a requeue: on what, how many, whom */

#include <limits.h>
#include <stdlib.h>

#include <futexwatch/client.h>

#include "line_part.h"
#include "mem.h"
#include "text.h"

/* What was asked, and what came of it. */
static char *where(const struct scene *scene, const struct futexwatch_wake *w)
{
	const char *name = line_name(scene, &w->head, w->head.address)->name;
	bool moves = w->head.type == FUTEXWATCH_REC_REQUEUE;
	uint32_t done = moves ? w->moved : w->woken;

	if (w->head.op == FUTEXWATCH_OP_EXIT)
		return mem_printf("join of thread %u",
				  seen_id(w->head.tid_ns, w->head.tid));
	/* It cannot ask for a number. */
	if (w->head.op == FUTEXWATCH_OP_UNLOCK_PI)
		return mem_printf("%s -> %u", name, done);
	if (w->asked >= INT_MAX)
		return mem_printf("%s all -> %u", name, done);
	return mem_printf("%s %u -> %u", name, w->asked, done);
}

/* What was done to the one it woke, in a word. */
static const char *verb_of(const struct futexwatch_wake *w)
{
	switch (w->cause) {
	case FUTEXWATCH_CAUSE_PI:
		return "hands over to ";
	case FUTEXWATCH_CAUSE_EXIT:
		return "wakes ";
	case FUTEXWATCH_CAUSE_ROBUST:
		return "died, wakes ";
	default:
		return "";
	}
}

static bool moves_too(const struct futexwatch_wake *w)
{
	return w->head.op == FUTEXWATCH_OP_REQUEUE ||
	       w->head.op == FUTEXWATCH_OP_CMP_REQUEUE ||
	       w->head.op == FUTEXWATCH_OP_CMP_REQUEUE_PI ||
	       w->head.op == FUTEXWATCH_OP_FUTEX2_REQUEUE;
}

/* Return: "" or what else is known, for the caller to free. */
static char *rest(const struct scene *scene, const struct futexwatch_wake *w)
{
	char *task, *text;

	if (w->head.ret < 0)
		return mem_strdup(line_errno(-w->head.ret));
	if (w->head.type == FUTEXWATCH_REC_REQUEUE)
		return mem_printf(
			"moved to %s",
			line_name(scene, &w->head, w->address2)->name);
	if (w->wakee_tid) {
		task = line_task(scene, w->wakee_tid);
		text = mem_printf("%s%s", verb_of(w), task);
		free(task);
		return text;
	}
	if (w->woken)
		return mem_strdup("");
	/* Who was moved was there. */
	return mem_strdup(moves_too(w) && w->head.ret ? "nobody woken"
						      : "nobody there");
}

void line_put_wake(const struct scene *scene, const struct futexwatch_wake *w)
{
	char *text = rest(scene, w);

	line_put_fit(where(scene, w), *text ? LINE_LOCK_WIDTH : 0);
	text_put(stdout, text, 0);
	free(text);
}
