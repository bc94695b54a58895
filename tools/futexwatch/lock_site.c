// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - from where in the code threads came to a lock */

#include <stdlib.h>

#include "lock.h"
#include "mem.h"

void lock_add_site(struct lock *lock, const struct lock_site *more)
{
	struct lock_site *site;

	for (size_t i = 0; i < lock->nr_sites; i++) {
		site = &lock->sites[i];
		if (site->site != more->site || site->whose != more->whose)
			continue;
		site->count += more->count;
		site->total_ns += more->total_ns;
		/* The busy ones drift to the front, so the search is short. */
		if (i && site->count > site[-1].count) {
			struct lock_site slower = site[-1];

			site[-1] = *site;
			*site = slower;
		}
		return;
	}
	lock->sites = mem_grow(lock->sites, lock->nr_sites, sizeof(*site));
	lock->sites[lock->nr_sites++] = *more;
}

static int by_cost(const void *a, const void *b)
{
	const struct lock_site *x = a, *y = b;

	if (x->total_ns != y->total_ns)
		return x->total_ns > y->total_ns ? -1 : 1;
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return x->site < y->site ? -1 : x->site > y->site;
}

void lock_sort_sites(struct lock *lock)
{
	if (lock->nr_sites)
		qsort(lock->sites, lock->nr_sites, sizeof(*lock->sites),
		      by_cost);
}
