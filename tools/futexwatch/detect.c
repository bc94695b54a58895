// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - patterns of use that cost more than they need to */

#include "detect.h"

#include <string.h>

#include "window.h"

/* Less often than that it may be chance. */
#define CONVOY_MIN   100
#define EMPTY_MIN    100
#define TIMEOUTS_MIN 10

/* More wakes than that no single wait draws, while it is not asleep. */
#define DRAWN_MAX  10
#define CROWDS_MIN 10

/* The wake's record is written after the woken may have run. */
#define SEARCH 16

static struct turn *find_turn(const struct group *group,
			      const struct past_wait *wait)
{
	size_t low = 0;
	size_t high = group->nr_turns;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (group->turns[mid].ns < wait->end_ns)
			low = mid + 1;
		else
			high = mid;
	}
	for (size_t i = low; i < group->nr_turns && i < low + SEARCH; i++) {
		if (group->turns[i].thread == wait->waker)
			return &group->turns[i];
	}
	return NULL;
}

/* The turn whose crowd @wait is one of, or NULL. */
static struct turn *crowd_of(const struct group *group,
			     const struct past_wait *wait)
{
	struct turn *turn = wait->waker && wait->awake_ns != NOT_BACK
				    ? find_turn(group, wait)
				    : NULL;

	return turn && turn->woken >= CROWD ? turn : NULL;
}

void detect_group(struct group *group)
{
	struct lock *lock = group->lock;
	uint64_t delay = times_percentile(&lock->run_delay, 90);
	struct turn *turn;

	for (size_t i = 0; i < group->nr_waits; i++) {
		turn = crowd_of(group, group->waits[i]);
		if (turn && group->waits[i]->awake_ns > turn->longest_ns)
			turn->longest_ns = group->waits[i]->awake_ns;
	}
	for (size_t i = 0; i < group->nr_waits; i++) {
		turn = crowd_of(group, group->waits[i]);
		/* Waking it took longer than what it then did. */
		if (turn && group->waits[i]->awake_ns < turn->longest_ns / 4 &&
		    group->waits[i]->awake_ns < delay)
			turn->quick++;
	}
	for (size_t i = 0; i < group->nr_turns; i++) {
		turn = &group->turns[i];
		if (!turn->due || turn->woken < CROWD)
			continue;
		lock->crowds++;
		lock->crowded += turn->woken;
		if (turn->quick + 1 < turn->woken)
			continue;
		lock->herds++;
		lock->herded += turn->quick;
	}
}

/*
 * Whoever is woken has the lock for less time than handing it over takes, and
 * queues again sooner than it had waited: the queue never gets shorter.
 */
static bool is_convoy(const struct lock *lock)
{
	const struct habits *h = &lock->habits;

	if (h->woken < CONVOY_MIN || lock->threads < 3 || !lock->run_delay.nr)
		return false;
	return h->released * 10 >= h->woken * 8 &&
	       h->returns * 10 >= h->woken * 8 &&
	       h->quick_returns * 10 >= h->returns * 8 &&
	       habits_median_held(h) <= times_percentile(&lock->run_delay, 50);
}

static bool is_herd(const struct lock *lock)
{
	/* Those at a barrier have each other to wait for. */
	return lock->herds >= CROWDS_MIN &&
	       lock->herds * 10 >= lock->crowds * 7 &&
	       strcmp(lock_kind(lock), "barrier");
}

/*
 * A mutex is given back to nobody now and then: its word only says "perhaps".
 * Elsewhere, too, who is about to sleep, or was woken and does not run yet,
 * still counts as a waiter, and each may draw the wakes of several threads. So
 * that alone is no finding, whatever its share: there are many more of such
 * wakes than somebody ever came to wait.
 */
static bool has_empty_wakes(const struct lock *lock)
{
	return lock->empty_wakes >= EMPTY_MIN && !lock_is_held(lock) &&
	       lock->empty_wakes * 2 >= lock->wakes &&
	       lock->empty_wakes >= DRAWN_MAX * lock_waits(lock);
}

static bool only_times_out(const struct lock *lock)
{
	uint64_t out = lock->outcomes[FUTEXWATCH_OUT_TIMED_OUT];

	return out >= TIMEOUTS_MIN && out * 10 >= lock_waits(lock) * 9;
}

bool detect(const struct lock *lock, enum finding finding)
{
	switch (finding) {
	case FINDING_CONVOY:
		return is_convoy(lock);
	case FINDING_HERD:
		return is_herd(lock);
	case FINDING_EMPTY:
		return has_empty_wakes(lock);
	case FINDING_TIMEOUTS:
		return only_times_out(lock);
	default:
		return false;
	}
}

const char *detect_name(enum finding finding)
{
	static const char *const names[] = {
		[FINDING_CONVOY] = "convoy",
		[FINDING_HERD] = "herd",
		[FINDING_EMPTY] = "empty_wakes",
		[FINDING_TIMEOUTS] = "timeouts",
	};

	return names[finding];
}
