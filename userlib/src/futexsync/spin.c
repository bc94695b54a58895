// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - how long the locks of this process look before they sleep */

#include <futexsync/sem.h>

#include "spin.h"

/* Chosen by measurement: see lib.sem.pingpong in tests/bench/lib. */
#define SPIN_DEFAULT 1000

int futexsync_spin = SPIN_DEFAULT;

int fsem_set_spin(int pauses)
{
	if (pauses < -1 || pauses > FSEM_SPIN_MAX)
		return -EINVAL;
	return __atomic_exchange_n(&futexsync_spin,
				   pauses < 0 ? SPIN_DEFAULT : pauses,
				   __ATOMIC_RELAXED);
}
