// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - one lock in words */

#include <string.h>

#include <futexwatch/client.h>

#include "blame.h"
#include "format.h"
#include "neighbours.h"
#include "text.h"
#include "view_report.h"

#define SHARERS_SHOWN 3

static const char *about(const struct lock *lock)
{
	return lock_is_estimated(lock) ? "~" : "";
}

static void put_cost(const struct scene *scene, const struct lock *lock,
		     FILE *out)
{
	uint32_t threads = lock->threads ? lock->threads : lock->waiters_peak;

	if (!lock_waits(lock)) {
		fputs(": nobody waited here.\n", out);
		return;
	}
	fputs(scene->model->dropped ? " cost at least " : " cost ", out);
	if (threads)
		fprintf(out, "%u thread%s ", threads, threads == 1 ? "" : "s");
	fprintf(out, "%s%s of waiting", about(lock),
		format_time_long(lock->cost_ns).s);
	if (model_is_contention(lock) && scene->model->dropped)
		fputs(".\n", out);
	else if (model_is_contention(lock))
		fprintf(out, ": %s of all contention here.\n",
			format_share((double)lock->cost_ns,
				     (double)scene->model->contention_ns)
				.s);
	else if (lock_is_idle(lock))
		fputs(lock_is_for_news(lock)
			      ? ": for something to do, not for a lock.\n"
			      : ": parked, nobody came for them.\n",
		      out);
	else
		fputs(", for a thread to end.\n", out);
}

static void put_thread(const struct scene *scene, uint32_t tid, FILE *out)
{
	const char *comm = procs_comm(scene->procs, tid);

	fprintf(out, "%u%s", tid, *comm ? " " : "");
	text_put(out, comm, 0);
}

/* Who stood in the way, each for its part of the waits. */
static void put_culprits(const struct scene *scene, const struct lock *lock,
			 FILE *out)
{
	uint64_t sum = lock->unblamed_ns;

	for (size_t i = 0; i < lock->nr_culprits; i++)
		sum += lock->culprits[i].ns;
	if (!lock->nr_culprits)
		return;
	fputs("   Held longest by ", out);
	for (size_t i = 0; i < lock->nr_culprits && i < 3; i++) {
		fputs(i ? ", " : "", out);
		put_thread(scene, lock->culprits[i].tid, out);
		fprintf(out, " %s",
			format_share((double)lock->culprits[i].ns, (double)sum)
				.s);
	}
	if (lock->nr_culprits > 3)
		fprintf(out, " and %zu more", lock->nr_culprits - 3);
	fputs(strcmp(blame_evidence(lock), "exact") ? "  ~\n" : "  [exact]\n",
	      out);
}

/* Who has it now, where threads wait for it at the end. */
static void put_holder(const struct scene *scene, const struct lock *lock,
		       FILE *out)
{
	static const char *const marks[] = {
		[EVIDENCE_UNKNOWN] = "?",
		[EVIDENCE_INFERRED] = "~",
		[EVIDENCE_GLIBC] = "[glibc owner]",
		[EVIDENCE_EXACT] = "[exact]",
	};

	if (lock->holder) {
		fputs("   Held at the end by ", out);
		put_thread(scene, lock->holder, out);
		fprintf(out, "  %s\n", marks[lock->holder_evidence]);
	} else if (!lock->nr_culprits && model_is_contention(lock) &&
		   lock_is_held(lock)) {
		fputs("   Held by ?: nobody was seen to give it back.\n", out);
	}
}

/* What it would gain if nobody had to wait there any more. */
static void put_gain(const struct scene *scene, const struct lock *lock,
		     FILE *out)
{
	uint64_t elapsed = scene->model->elapsed_ns;

	if (!lock->threads || !elapsed || !lock->gain_ns ||
	    !model_is_contention(lock))
		return;
	fprintf(out, "   Removing it would gain at most %s%s", about(lock),
		format_time_long(lock->gain_ns).s);
	fprintf(out, ": its threads lost %s of their time here",
		format_share((double)lock->cost_ns,
			     (double)elapsed * lock->threads)
			.s);
	if (lock->gain_ns < lock->cost_ns / 10 * 9)
		fprintf(out,
			", but %s of that because holders waited for "
			"other locks",
			format_share((double)(lock->cost_ns - lock->gain_ns),
				     (double)lock->cost_ns)
				.s);
	else if (lock->gain_ns / 10 * 9 > lock->cost_ns)
		fputs(", and others behind them", out);
	fputs(".\n", out);
}

/* Who else sees it, and where. */
static void put_sharers(const struct scene *scene, const struct lock *lock,
			FILE *out)
{
	fputs("   also", out);
	for (size_t i = 1; i < lock->nr_sharers && i <= SHARERS_SHOWN; i++) {
		const struct sharer *s = &lock->sharers[i];

		fprintf(out, "%s 0x%llx of ", i > 1 ? "," : "",
			(unsigned long long)s->address);
		text_put(out, procs_comm(scene->procs, s->pid), 0);
		fprintf(out, " (pid %u)", s->pid);
	}
	if (lock->nr_sharers > SHARERS_SHOWN + 1)
		fprintf(out, " and %zu more",
			lock->nr_sharers - SHARERS_SHOWN - 1);
	fputc('\n', out);
}

/* Where it lives; the address only where the name does not say it all. */
static void put_place(const struct scene *scene, const struct lock *lock,
		      FILE *out)
{
	const char *process = scene_process(scene, lock);

	fprintf(out, "   0x%llx in ", (unsigned long long)lock->address);
	text_put(out, *lock->name->object ? lock->name->object : "?", 0);
	fputs(" of ", out);
	text_put(out, process, 0);
	fprintf(out, "%s(pid %u)", *process ? " " : "", lock->pid);
	if (strcmp(lock_kind(lock), "unknown"))
		fprintf(out, ", %s",
			strcmp(lock_kind(lock), "pi") ? lock_kind(lock)
						      : "PI lock");
	if (lock->kind_guessed)
		fputs(" ~", out);
	if (lock->flags & FUTEXWATCH_F_SHARED)
		fputs(", shared", out);
	if (lock->name->unnamed)
		fprintf(out, "; no name: %s", lock->name->unnamed);
	fputc('\n', out);
	if (lock->nr_sharers)
		put_sharers(scene, lock, out);
}

/* By how many others its wakes go before they find whom they wake. */
static void put_bucket(const struct lock *lock, FILE *out)
{
	if (lock->bucket == FUTEXWATCH_BUCKET_UNKNOWN)
		return;
	fprintf(out, "   bucket %u", lock->bucket);
	if (neighbours_passed(lock) && lock->found)
		fprintf(out, ", %.1f scanned for each woken",
			(double)lock->scanned / (double)lock->found);
	else if (lock->scanned && lock->bucket_words == 1)
		fputs(", alone", out);
}

static void put_waits(const struct lock *lock, FILE *out)
{
	fprintf(out, "   waits %s%s", about(lock),
		format_count(lock_waits(lock)).s);
	fprintf(out, " (asleep %s%s)", about(lock),
		format_count(lock->asleep).s);
	fprintf(out, "   p50 %s%s", about(lock),
		format_time_long(times_percentile(&lock->wait, 50)).s);
	fprintf(out, "   p99 %s%s", about(lock),
		format_time_long(times_percentile(&lock->wait, 99)).s);
	fprintf(out, "   max %s", format_time_long(lock->wait.max_ns).s);
	put_bucket(lock, out);
	fputc('\n', out);
	if (!lock->wait.nr)
		return;
	fputs("        ", out);
	format_spark(out, lock->wait.hist);
	fputc('\n', out);
}

static void put_outcomes(const struct lock *lock, FILE *out)
{
	const char *comma = "";

	fputs("   ended      ", out);
	for (unsigned int i = 0; i < FUTEXWATCH_OUTCOMES; i++) {
		if (!lock->outcomes[i])
			continue;
		fputs(comma, out);
		for (const char *s = futexwatch_outcome_name(i); *s; s++)
			fputc(*s == '_' ? ' ' : *s, out);
		fprintf(out, " %s%s", about(lock),
			format_count(lock->outcomes[i]).s);
		comma = ", ";
	}
	fputc('\n', out);
}

static void put_wakers(const struct scene *scene, const struct lock *lock,
		       FILE *out)
{
	uint64_t sum = 0;

	if (!lock->nr_wakers)
		return;
	for (size_t i = 0; i < lock->nr_wakers; i++)
		sum += lock->wakers[i].count;
	fputs("   woken by   ", out);
	for (size_t i = 0; i < lock->nr_wakers && i < 4; i++) {
		const struct waker *w = &lock->wakers[i];
		const char *comm = procs_comm(scene->procs, w->tid);

		fprintf(out, "%s%u%s", i ? ", " : "", w->tid, *comm ? " " : "");
		text_put(out, comm, 0);
		fprintf(out, " %s",
			format_share((double)w->count, (double)sum).s);
	}
	if (lock->nr_wakers > 4)
		fprintf(out, " and %zu more", lock->nr_wakers - 4);
	fputc('\n', out);
}

static void put_wakes(const struct lock *lock, FILE *out)
{
	if (!lock->wakes)
		return;
	fprintf(out, "   wakes      %s", format_count(lock->wakes).s);
	fprintf(out, ", %s found nobody",
		format_share((double)lock->empty_wakes, (double)lock->wakes).s);
	if (lock->run_delay.nr)
		fprintf(out, "; the woken ran after p50 %s%s", about(lock),
			format_time_long(times_percentile(&lock->run_delay, 50))
				.s);
	if (lock->run_delay.nr)
		fprintf(out, ", max %s",
			format_time_long(lock->run_delay.max_ns).s);
	fputc('\n', out);
}

void view_lock(const struct scene *scene, const struct lock *lock, size_t rank,
	       FILE *out)
{
	bool bold = rank && scene->options->color;

	if (rank)
		fprintf(out, "%zu. ", rank);
	fputs(bold ? "\033[1m" : "", out);
	text_put(out, lock->name->name, 0);
	fputs(bold ? "\033[0m" : "", out);
	put_cost(scene, lock, out);
	put_culprits(scene, lock, out);
	put_holder(scene, lock, out);
	put_gain(scene, lock, out);
	put_place(scene, lock, out);
	if (lock_waits(lock)) {
		put_waits(lock, out);
		put_outcomes(lock, out);
	}
	view_sites(scene, lock, out);
	put_wakers(scene, lock, out);
	put_wakes(lock, out);
	neighbours_view(scene, lock, out);
	if (lock->requeues)
		fprintf(out, "   requeued   %s away from here\n",
			format_count(lock->requeues).s);
}
