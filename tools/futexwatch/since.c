// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - for how long a thread has slept, by the scheduler's books */

#include "since.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "map.h"
#include "mem.h"
#include "slurp.h"

struct since {
	cpu_set_t before; /* where we may run */
	bool moved;
	struct map now; /* uint64_t by CPU: what its clock showed */
};

struct since *since_new(void)
{
	struct since *s = mem_zalloc(sizeof(*s));

	if (sched_getaffinity(0, sizeof(s->before), &s->before))
		CPU_ZERO(&s->before);
	return s;
}

void since_free(struct since *s)
{
	if (s->moved)
		sched_setaffinity(0, sizeof(s->before), &s->before);
	map_free(&s->now, free);
	free(s);
}

/* "se.exec_start   :   61037499.361047", in milliseconds. */
uint64_t since_parse(const char *text)
{
	const char *line = strstr(text, "se.exec_start");
	const char *colon = line ? strchr(line, ':') : NULL;
	unsigned long long ms, ns;

	if (!colon || sscanf(colon, ": %llu.%6llu", &ms, &ns) != 2)
		return 0;
	return ms * NS_PER_MS + ns;
}

static uint64_t read_last_run(uint32_t tid)
{
	char path[64];
	char *text;
	uint64_t ns;

	snprintf(path, sizeof(path), "/proc/%u/task/%u/sched", tid, tid);
	text = slurp(path);
	ns = text ? since_parse(text) : 0;
	free(text);
	return ns;
}

/*
 * Each CPU has a clock of its own, and nobody shows it: but who gives up the CPU
 * for a moment gets the clock's time in the books.
 */
static uint64_t read_clock(struct since *s, uint32_t cpu)
{
	cpu_set_t one;

	if (cpu < CPU_SETSIZE && CPU_COUNT(&s->before)) {
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		s->moved |= !sched_setaffinity(0, sizeof(one), &one);
	}
	sched_yield();
	return read_last_run((uint32_t)gettid());
}

uint64_t since_ns(struct since *s, uint32_t tid, uint32_t cpu)
{
	uint64_t last = read_last_run(tid);
	uint64_t *now = map_get(&s->now, cpu, 0);

	if (!last)
		return 0;
	if (!now) {
		now = mem_zalloc(sizeof(*now));
		*now = read_clock(s, cpu);
		map_put(&s->now, cpu, 0, now);
	}
	return *now > last ? *now - last : 0;
}
