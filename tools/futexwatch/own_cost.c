// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what watching costs, by what the module measured of itself */

#include "own_cost.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "format.h"
#include "mem.h"

static const char *const point_names[FUTEXWATCH_POINTS] = {
	[FUTEXWATCH_POINT_SYS_ENTER] = "sys_enter",
	[FUTEXWATCH_POINT_SYS_EXIT] = "sys_exit",
	[FUTEXWATCH_POINT_WAKING] = "waking",
	[FUTEXWATCH_POINT_QUEUE] = "queue",
	[FUTEXWATCH_POINT_LIGHT] = "light",
};

void own_cost_add(struct own_cost *cost, const struct futexwatch_meter *meter)
{
	cost->looks++;
	cost->looked_ns += meter->duration_ns;
	cost->cpu_ns += meter->duration_ns * meter->nr_cpus;
	for (size_t i = 0; i < FUTEXWATCH_POINTS; i++) {
		cost->points[i].hits += meter->points[i].hits;
		cost->points[i].timed += meter->points[i].timed;
		cost->points[i].ns += meter->points[i].ns;
	}
}

/* Of one run, by those that were timed. */
static double mean_ns(const struct futexwatch_point *point)
{
	return point->timed ? (double)point->ns / (double)point->timed : 0;
}

double own_cost_share(const struct own_cost *cost)
{
	double sum = 0;

	for (size_t i = 0; i < FUTEXWATCH_POINTS; i++)
		sum += mean_ns(&cost->points[i]) * (double)cost->points[i].hits;
	return cost->cpu_ns ? sum / (double)cost->cpu_ns : 0;
}

char *own_cost_text(const struct own_cost *cost)
{
	char *text = mem_printf("%" PRIu64 " %" PRIu64 " %" PRIu64, cost->looks,
				cost->looked_ns, cost->cpu_ns);

	for (size_t i = 0; i < FUTEXWATCH_POINTS; i++) {
		const struct futexwatch_point *p = &cost->points[i];
		char *longer = mem_printf("%s | %" PRIu64 " %" PRIu64
					  " %" PRIu64,
					  text, (uint64_t)p->hits,
					  (uint64_t)p->timed, (uint64_t)p->ns);

		free(text);
		text = longer;
	}
	return text;
}

/* A file may claim anything; it may also have more points than we know. */
bool own_cost_parse(struct own_cost *cost, const char *text)
{
	struct own_cost c = { 0 };

	if (sscanf(text, "%" SCNu64 " %" SCNu64 " %" SCNu64, &c.looks,
		   &c.looked_ns, &c.cpu_ns) != 3 ||
	    !c.looks || !c.looked_ns || c.cpu_ns < c.looked_ns)
		return false;
	for (size_t i = 0; i < FUTEXWATCH_POINTS; i++) {
		uint64_t hits, timed, ns;

		text = strchr(text, '|');
		if (!text)
			break;
		if (sscanf(++text, "%" SCNu64 " %" SCNu64 " %" SCNu64, &hits,
			   &timed, &ns) != 3 ||
		    timed > hits)
			return false;
		c.points[i] = (struct futexwatch_point){ .hits = hits,
							 .timed = timed,
							 .ns = ns };
	}
	*cost = c;
	return true;
}

json_t *own_cost_json(const struct own_cost *cost)
{
	json_t *points = json_object();

	if (!cost->looks) {
		json_decref(points);
		return json_null();
	}
	for (size_t i = 0; i < FUTEXWATCH_POINTS; i++) {
		const struct futexwatch_point *p = &cost->points[i];

		json_object_set_new(points, point_names[i],
				    json_pack("{s:I, s:I, s:I}", "hits",
					      (json_int_t)p->hits, "timed",
					      (json_int_t)p->timed, "ns",
					      (json_int_t)p->ns));
	}
	return json_pack("{s:f, s:I, s:I, s:I, s:o}", "share",
			 own_cost_share(cost), "looks", (json_int_t)cost->looks,
			 "looked_ns", (json_int_t)cost->looked_ns, "cpu_ns",
			 (json_int_t)cost->cpu_ns, "points", points);
}

void own_cost_say(const struct own_cost *cost, FILE *out)
{
	if (!cost->looks)
		return;
	fprintf(out,
		"Watching cost %s of all CPU time in the module's own probes "
		"(%s look%s, %s in all).\n",
		format_percent(own_cost_share(cost), 1).s,
		format_count(cost->looks).s, cost->looks == 1 ? "" : "s",
		format_time_long(cost->looked_ns).s);
}

void own_cost_list(const struct own_cost *cost, FILE *out)
{
	for (size_t i = 0; i < FUTEXWATCH_POINTS; i++) {
		const struct futexwatch_point *p = &cost->points[i];
		double rate =
			(double)p->hits * NS_PER_SEC / (double)cost->looked_ns;

		if (!p->hits)
			continue;
		fprintf(out, "  %-10s %s runs/s", point_names[i],
			format_count((uint64_t)rate).s);
		if (p->timed)
			fprintf(out, ", %.0f ns each", mean_ns(p));
		fputc('\n', out);
	}
}
