// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: what can happen in a state */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

static bool preempts(unsigned int thread)
{
	return world.last < thread_count && world.last != thread &&
	       world.threads[world.last].status == READY;
}

static unsigned int events_of(const struct thread *t)
{
	unsigned int events = 0;

	if (t->op.kind == OP_WEAK_CAS)
		events |= EVENT_WEAK;
	if (t->status == ASLEEP && !t->op.firm)
		events |= EVENT_SPURIOUS | EVENT_EINTR;
	if (t->status == ASLEEP && t->op.timed)
		events |= EVENT_TIMEOUT;
	if (t->signals && t->op.kind != OP_KERNEL)
		events |= EVENT_SIGNAL;
	if (t->deaths)
		events |= EVENT_KILL;
	return events & ~scenario->without;
}

/* A weak CAS that would fail anyway needs no reason. */
static bool idle_event(const struct thread *t, unsigned int event)
{
	uint64_t now = 0;

	if (event != EVENT_WEAK)
		return false;
	memcpy(&now, (const void *)(uintptr_t)t->op.address, t->op.size);
	return now != t->op.expected;
}

static unsigned int thread_choices(unsigned int i, struct choice *choices)
{
	const struct thread *t = &world.threads[i];
	unsigned int n = 0, event, events = 0;

	if (t->status == DONE || t->status == KILLED)
		return 0;
	if (scenario->max_preemptions && preempts(i) &&
	    world.preemptions == scenario->max_preemptions)
		return 0;
	if (t->status == READY)
		choices[n++] = (struct choice){ (uint8_t)i, ACTION_RUN };
	if (!scenario->max_events || world.events < scenario->max_events)
		events = events_of(t);
	for (event = 1; event <= EVENT_KILL; event <<= 1) {
		if (events & event && !idle_event(t, event))
			choices[n++] =
				(struct choice){ (uint8_t)i, (uint8_t)event };
	}
	return n;
}

unsigned int all_choices(struct choice *choices)
{
	unsigned int i, count = 0;

	for (i = 0; i < thread_count; i++)
		count += thread_choices(i, choices + count);
	return count;
}

const char *take(struct choice choice)
{
	if (scenario->max_preemptions) {
		world.preemptions += preempts(choice.thread);
		world.last = choice.thread;
	}
	return world_step(choice.thread, choice.action);
}

/* Whether to wait for its deadline is a way on, see patient in schedule.h. */
bool time_will_help(unsigned int thread)
{
	const struct thread *t = &world.threads[thread];
	unsigned int i;

	if (!scenario->patient || t->status != ASLEEP || !t->op.timed)
		return false;
	for (i = 0; i < thread_count; i++) {
		if (world.threads[i].status == KILLED)
			return true;
	}
	return false;
}

static bool idle_is_good;

static void ask_idle(void)
{
	idle_is_good = scenario->idle && scenario->idle();
}

/* Nobody can go on without an event: is that as it should be? */
const char *at_rest(bool *good)
{
	const char *text;
	unsigned int i;

	for (i = 0; i < thread_count; i++) {
		if (world.threads[i].status == READY)
			return NULL;
	}
	if (!world.live) {
		*good = true;
		return world_alone(scenario->finish);
	}
	text = world_alone(ask_idle);
	*good = idle_is_good;
	for (i = 0; i < thread_count; i++) {
		if (time_will_help(i))
			return text;
	}
	if (!text && !idle_is_good)
		text = "somebody sleeps, and nobody can go on";
	return text;
}

/* A thread's number, and for an event its letter: "0", "1t". */
static const char event_letters[] = "wsithk";

char *choice_text(char *to, struct choice choice)
{
	unsigned int i;

	to += sprintf(to, "%u", choice.thread);
	for (i = 0; event_letters[i]; i++) {
		if (choice.action == 1U << i)
			*to++ = event_letters[i];
	}
	*to = '\0';
	return to;
}

/* Return: what comes after it and a comma; NULL: no such choice. */
const char *choice_parse(const char *from, struct choice *choice)
{
	const char *letter;

	if (*from < '0' || *from >= '0' + MAX_THREADS)
		return NULL;
	choice->thread = (uint8_t)(*from++ - '0');
	choice->action = ACTION_RUN;
	letter = *from ? strchr(event_letters, *from) : NULL;
	if (letter) {
		choice->action = (uint8_t)(1U << (letter - event_letters));
		from++;
	}
	if (*from == ',')
		return from + 1;
	return *from ? NULL : from;
}
