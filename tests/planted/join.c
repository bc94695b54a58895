// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted fault: a join of who needs a lock that the joiner holds */

#include "planted.h"

static pthread_mutex_t state_lock = PTHREAD_MUTEX_INITIALIZER;

FRAME static void report_state(void)
{
	must(pthread_mutex_lock(&state_lock)); /* here: lock */
	STAY;
}

FRAME static void shut_down(void)
{
	pthread_t reporter;

	must(pthread_mutex_lock(&state_lock));
	reporter = planted_thread("reporter", report_state);
	must(pthread_join(reporter, NULL)); /* here: join */
	STAY;
}

int main(void)
{
	planted_begin();
	shut_down();
	return 0;
}
