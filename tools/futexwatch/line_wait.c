// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the text of a wait: on what, how long, and who ended it */

#include <string.h>

#include <futexwatch/client.h>

#include "format.h"
#include "line_part.h"
#include "mem.h"
#include "text.h"

/* Beyond it a value is a set of bits, or a thread and some: not a count. */
#define COUNTS_BELOW 0x10000

static bool is_join(const struct futexwatch_wait *w)
{
	return w->cause == FUTEXWATCH_CAUSE_EXIT;
}

/* The kernel compares nothing in these, or did so at the first word. */
static bool has_value(const struct futexwatch_wait *w)
{
	switch (w->head.op) {
	case FUTEXWATCH_OP_LOCK_PI:
	case FUTEXWATCH_OP_LOCK_PI2:
	case FUTEXWATCH_OP_TRYLOCK_PI:
		return false;
	default:
		return !(w->head.flags & FUTEXWATCH_F_MOVED);
	}
}

static char *where(const struct scene *scene, const struct futexwatch_wait *w)
{
	const char *name = line_name(scene, &w->head, w->head.address)->name;

	if (is_join(w))
		return mem_printf("join of thread %u", w->waker_tid);
	if (!has_value(w))
		return mem_strdup(name);
	return mem_printf(w->val < COUNTS_BELOW ? "%s =%u" : "%s =%#x", name,
			  w->val);
}

static void put_name2(const struct scene *scene,
		      const struct futexwatch_wait *w)
{
	text_put(stdout, line_name(scene, &w->head, w->address2)->name, 0);
}

static void put_duration(const struct scene *scene,
			 const struct futexwatch_wait *w)
{
	bool no_when = w->head.flags & FUTEXWATCH_F_NO_WHEN;
	bool moved = w->head.flags & FUTEXWATCH_F_MOVED;

	if (moved) {
		fputs("from ", stdout);
		put_name2(scene, w);
		putchar(' ');
	}
	if (w->head.flags & FUTEXWATCH_F_ADOPTED)
		fputs("(began earlier) ", stdout);
	else if (no_when)
		fputs("(moved at some time) ", stdout);
	else if (w->head.flags & FUTEXWATCH_F_ASLEEP)
		printf("%s ", format_time_log(w->wait_ns).s);
}

/* How the one who ended the wait did it, as far as it was seen. */
static void put_waker(const struct scene *scene,
		      const struct futexwatch_wait *w, const char *unseen)
{
	const char *how = "woken by ";

	if (!w->waker_tid) {
		fputs(unseen, stdout);
		return;
	}
	if (w->cause == FUTEXWATCH_CAUSE_PI)
		how = "lock handed over by ";
	else if (w->cause == FUTEXWATCH_CAUSE_ROBUST)
		how = "owner ";
	fputs(how, stdout);
	line_put_task(scene, w->waker_tid);
	if (w->cause == FUTEXWATCH_CAUSE_ROBUST)
		fputs(" died", stdout);
	else if (w->cause == FUTEXWATCH_CAUSE_IO)
		fputs(" (io_uring)", stdout);
}

static void put_other(const struct futexwatch_wait *w)
{
	const char *s = futexwatch_outcome_name(w->outcome);

	for (s = s ? s : "?"; *s; s++)
		putchar(*s == '_' ? ' ' : *s);
	if (w->outcome == FUTEXWATCH_OUT_ERROR && w->head.ret < 0)
		printf(" %s", line_errno(-w->head.ret));
}

static void put_outcome(const struct scene *scene,
			const struct futexwatch_wait *w)
{
	switch (w->outcome) {
	case FUTEXWATCH_OUT_WOKEN:
		put_waker(scene, w, "woken by ?");
		if (w->head.op == FUTEXWATCH_OP_WAITV)
			printf(" (word %d)", w->head.ret);
		break;
	case FUTEXWATCH_OUT_ACQUIRED:
		put_waker(scene, w, "acquired");
		break;
	case FUTEXWATCH_OUT_OWNER_DIED:
		put_waker(scene, w, "owner died");
		break;
	case FUTEXWATCH_OUT_OTHER_WORD:
		printf("word %d was woken", w->head.ret);
		break;
	case FUTEXWATCH_OUT_REQUEUED:
		fputs("requeued to ", stdout);
		put_name2(scene, w);
		break;
	case FUTEXWATCH_OUT_INTERRUPTED:
		fputs(w->cause == FUTEXWATCH_CAUSE_IO
			      ? "cancelled (io_uring)"
			      : "interrupted by a signal",
		      stdout);
		break;
	case FUTEXWATCH_OUT_VALUE_CHANGED:
		/* A try compares nothing: its EAGAIN says who has the lock. */
		if (w->head.op == FUTEXWATCH_OP_TRYLOCK_PI) {
			fputs("held by another", stdout);
			break;
		}
		__attribute__((fallthrough));
	default:
		put_other(w);
		break;
	}
}

void line_put_wait(const struct scene *scene, const struct futexwatch_wait *w)
{
	line_put_fit(where(scene, w), LINE_LOCK_WIDTH);
	put_duration(scene, w);
	put_outcome(scene, w);
	if (w->head.flags & FUTEXWATCH_F_RESTARTED)
		fputs(" (restarted)", stdout);
	if (w->run_delay_ns)
		printf(" (run delay %s)", format_time_log(w->run_delay_ns).s);
	if (w->bucket != FUTEXWATCH_BUCKET_UNKNOWN)
		printf("  b%u", w->bucket);
}
