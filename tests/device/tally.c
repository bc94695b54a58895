// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device tests: counts of a word, from three witnesses */

#include "tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <futexwatch/client.h>

enum {
	WAITS,
	ASLEEP,
	WAKES,
	WOKEN,
	EMPTY_WAKES,
	REQUEUES,
	OUTCOMES
};

static const char *name_of(unsigned int i)
{
	static const char *const names[] = {
		"waits", "asleep", "wakes", "woken", "empty_wakes", "requeues"
	};

	return i < OUTCOMES ? names[i] : futexwatch_outcome_name(i - OUTCOMES);
}

struct tally *tally_of(struct tallies *t, uint32_t pid, uint64_t address)
{
	struct tally *of;
	unsigned int i;

	for (i = 0; i < t->n; i++) {
		of = &t->of[i];
		if (of->pid == pid && of->address == address)
			return of;
	}
	if (t->n == TALLIES)
		return NULL;
	of = &t->of[t->n++];
	memset(of, 0, sizeof(*of));
	of->pid = pid;
	of->address = address;
	return of;
}

/* Takes "name=value", or "outcomes.name=value", if it is a count. */
static void take_word(struct tally *of, char *word)
{
	bool outcome = strncmp(word, "outcomes.", 9) == 0;
	unsigned int i = outcome ? OUTCOMES : 0;
	unsigned int end = outcome ? TALLY_COUNTS : OUTCOMES;
	char *value = strchr(word, '=');

	if (!value)
		return;
	*value++ = '\0';
	for (; i < end; i++) {
		if (strcmp(outcome ? word + 9 : word, name_of(i)) == 0)
			of->counts[i] = strtoull(value, NULL, 10);
	}
}

bool tally_line(struct tallies *t, char *line)
{
	unsigned long long address;
	char name[32], kind[32];
	struct tally *of;
	unsigned int pid;
	char *word;

	if (sscanf(line, "%31s %31s pid=%u address=%llx", name, kind, &pid,
		   &address) != 4)
		return false;
	of = tally_of(t, pid, address);
	if (!of)
		return false;
	snprintf(of->name, sizeof(of->name), "%s", name);
	for (word = strtok(line, " \n"); word; word = strtok(NULL, " \n"))
		take_word(of, word);
	return true;
}

void tally_record(struct tallies *t, const union futexwatch_record *rec)
{
	struct tally *of = tally_of(t, rec->head.pid, rec->head.address);

	if (!of)
		return;
	switch (rec->head.type) {
	case FUTEXWATCH_REC_WAIT:
		of->counts[WAITS]++;
		of->counts[ASLEEP] += !!(rec->head.flags & FUTEXWATCH_F_ASLEEP);
		of->counts[OUTCOMES + rec->wait.outcome]++;
		break;
	case FUTEXWATCH_REC_WAKE:
		of->counts[WAKES]++;
		of->counts[WOKEN] += rec->wake.woken;
		of->counts[EMPTY_WAKES] += rec->head.ret >= 0 &&
					   !rec->wake.woken;
		break;
	case FUTEXWATCH_REC_REQUEUE:
		of->counts[REQUEUES] += rec->wake.moved;
		break;
	}
}

void tally_row(struct tallies *t, const struct futexwatch_row *row)
{
	struct tally *of = tally_of(t, row->pid, row->address);
	unsigned int i;

	if (!of)
		return;
	of->counts[ASLEEP] += row->asleep;
	of->counts[WAKES] += row->wakes;
	of->counts[WOKEN] += row->woken;
	of->counts[EMPTY_WAKES] += row->empty_wakes;
	of->counts[REQUEUES] += row->requeues;
	for (i = 0; i < FUTEXWATCH_OUTCOMES; i++) {
		of->counts[WAITS] += row->outcomes[i];
		of->counts[OUTCOMES + i] += row->outcomes[i];
	}
}

void tally_waiting(struct tallies *t, const struct futexwatch_wait *wait)
{
	struct tally *of = tally_of(t, wait->head.pid, wait->head.address);

	if (!of)
		return;
	of->counts[WAITS]++;
	of->counts[ASLEEP] += !!(wait->head.flags & FUTEXWATCH_F_ASLEEP);
	of->counts[OUTCOMES + FUTEXWATCH_OUT_WAITING]++;
}

static unsigned int compare_one(const struct tally *want,
				const struct tally *got, const char *who)
{
	unsigned int i, wrong = 0;

	for (i = 0; i < TALLY_COUNTS; i++) {
		if (got->counts[i] == want->counts[i])
			continue;
		printf("# %s: %s: %s%s is %llu, not %llu\n", who, want->name,
		       i < OUTCOMES ? "" : "outcomes.", name_of(i),
		       (unsigned long long)got->counts[i],
		       (unsigned long long)want->counts[i]);
		wrong++;
	}
	return wrong;
}

unsigned int tally_compare(const struct tallies *want, struct tallies *got,
			   const char *who)
{
	static const struct tally nothing;
	const struct tally *of;
	unsigned int i, wrong = 0;

	for (i = 0; i < want->n; i++) {
		of = tally_of(got, want->of[i].pid, want->of[i].address);
		wrong += compare_one(&want->of[i], of ? of : &nothing, who);
	}
	return wrong;
}
