/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - what watching costs, by what the module measured of itself */
#ifndef FUTEXWATCH_OWN_COST_H
#define FUTEXWATCH_OWN_COST_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include <linux/futexwatch.h>

/* The sum of some looks (FUTEXWATCH_IOC_METER). */
struct own_cost {
	uint64_t looks;
	uint64_t looked_ns; /* how long, all together */
	uint64_t cpu_ns; /* the time that all CPUs had meanwhile */
	struct futexwatch_point points[FUTEXWATCH_POINTS];
};

void own_cost_add(struct own_cost *cost, const struct futexwatch_meter *meter);

/* Of the CPU time of the machine, from 0 to 1; 0 when nobody has looked. */
double own_cost_share(const struct own_cost *cost);

/* As a recording has it: the caller's. False: it is not one. */
char *own_cost_text(const struct own_cost *cost);
bool own_cost_parse(struct own_cost *cost, const char *text);

/* By point, with the share; null when nobody has looked. */
json_t *own_cost_json(const struct own_cost *cost);

/* A sentence with the share; nothing when nobody has looked. */
void own_cost_say(const struct own_cost *cost, FILE *out);

/* A line for each point that has run. */
void own_cost_list(const struct own_cost *cost, FILE *out);

#endif /* FUTEXWATCH_OWN_COST_H */
