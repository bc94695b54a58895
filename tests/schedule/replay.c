// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: one schedule once more, told step by step */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

/* Return: the fault it ends in, or NULL. */
const char *replay(const struct scenario *what, const char *schedule)
{
	struct choice choice;
	const char *text;
	bool good;

	scenario = what;
	tracing = true;
	text = world_start();
	while (!text && *schedule) {
		schedule = choice_parse(schedule, &choice);
		if (!schedule || choice.thread >= thread_count ||
		    !(world.live & 1U << choice.thread)) {
			text = "this schedule is not possible";
			break;
		}
		text = take(choice);
	}
	if (!text)
		text = at_rest(&good);
	tracing = false;
	return text;
}
