// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - test program: known numbers of every kind of futex call */

/*
 * Each kind makes a prime number of calls, so that a wrong count is not by
 * chance a multiple of the right one, on words that no other kind uses. The
 * numbers follow from the code alone: no retries, no luck with timing.
 *
 * The lines on stdout are described in expect.h, the rules by which waits and
 * wakes are counted in the design's section on accounting. Exit status: 0;
 * 1: a call did not return what it must, and nothing was printed; 2: usage.
 */

#include "kinds.h"

int main(int argc, char **argv)
{
	static const struct kind *const tables[] = {
		plain_kinds,  wake_op_kinds, requeue_kinds, pi_kinds,
		signal_kinds, failing_kinds, NULL
	};

	return expect_main(argc, argv, tables);
}
