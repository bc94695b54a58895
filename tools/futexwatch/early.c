// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - looking at a new program soon, for it may end soon */

#include "early.h"

#include "clock.h"

#define FIRST_NS (1 * NS_PER_MS)
#define LAST_NS	 (2 * NS_PER_SEC)

void early_begin(struct early *early, uint32_t pid)
{
	early->pid = pid;
	early->step_ns = FIRST_NS;
	early->next_ns = clock_now() + early->step_ns;
}

uint64_t early_deadline(const struct early *early)
{
	return early->pid ? early->next_ns : 0;
}

void early_look(struct early *early, struct procs *procs)
{
	struct proc *proc;

	if (!early->pid || clock_now() < early->next_ns)
		return;
	proc = procs_get(procs, early->pid, 0);
	procs_refresh(procs, proc, 0);
	procs_see_threads(procs, early->pid);
	if (early->step_ns < LAST_NS)
		early->step_ns *= 2;
	early->next_ns = clock_now() + early->step_ns;
	if (proc->gone)
		early->pid = 0;
}
