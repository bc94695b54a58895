// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: conditions at the end of life, and between processes */

#include "cond_help.h"

#define GUESTS 4U

/* In memory of its own, poisoned and unmapped after fcond_destroy(). */
static struct gate *new_gate(unsigned int flags)
{
	struct gate *g = map_shared(sizeof(*g));

	CHECK_EQ(fmutex_init(&g->m, flags), 0);
	CHECK_EQ(fcond_init(&g->c, flags & FMUTEX_SHARED), 0);
	return g;
}

TEST(destroy_with_the_mutex_held_after_a_broadcast)
{
	unsigned int i, k;

	for (i = 0; i < 100; i++) {
		for (k = 0; k < KINDS; k++) {
			struct guest guests[GUESTS] = { 0 };
			struct gate *g = new_gate(kinds[k]);

			start_guests(guests, g, GUESTS);
			CHECK_EQ(fmutex_lock(&g->m), 0);
			g->open = GUESTS;
			CHECK_EQ(fcond_broadcast(&g->c), 0);
			CHECK_EQ(fcond_destroy(&g->c), 0);
			memset(&g->c, 0xff, sizeof(g->c));
			CHECK_EQ(fmutex_unlock(&g->m), 0);
			join_guests(guests, GUESTS);
			munmap(g, sizeof(*g));
		}
	}
}

/* Here the condition lies in a page that is unmapped; the gate's is not used. */
struct alone {
	struct fmutex m;
	struct fcond *c;
	bool ready; /* @m */
	int waiting; /* @m */
};

static void *wait_alone(void *arg)
{
	struct alone *a = arg;
	struct fcond *c = a->c;

	CHECK_EQ(fmutex_lock(&a->m), 0);
	a->waiting++;
	while (!a->ready)
		CHECK_EQ(fcond_wait(c, &a->m), 0);
	CHECK_EQ(fmutex_unlock(&a->m), 0);
	return NULL;
}

static int waiting(struct alone *a)
{
	int n;

	CHECK_EQ(fmutex_lock(&a->m), 0);
	n = a->waiting;
	CHECK_EQ(fmutex_unlock(&a->m), 0);
	return n;
}

TEST(unmap_right_after_destroy)
{
	struct alone a = { .m = FMUTEX_INIT };
	pthread_t threads[GUESTS];
	unsigned int i, k;

	for (i = 0; i < 300; i++) {
		a.c = map_shared(sizeof(*a.c));
		a.ready = false;
		a.waiting = 0;
		CHECK_EQ(fcond_init(a.c, 0), 0);
		for (k = 0; k < GUESTS; k++)
			threads[k] = start_thread(wait_alone, &a);
		/* some sleep, some are on their way */
		UNTIL(waiting(&a) == (int)GUESTS);
		CHECK_EQ(fmutex_lock(&a.m), 0);
		a.ready = true;
		if (i % 2)
			CHECK_EQ(fcond_broadcast(a.c), 0);
		CHECK_EQ(fmutex_unlock(&a.m), 0);
		if (i % 2 == 0)
			CHECK_EQ(fcond_broadcast(a.c), 0);
		CHECK_EQ(fcond_destroy(a.c), 0);
		munmap(a.c, sizeof(*a.c));
		for (k = 0; k < GUESTS; k++)
			join_thread(threads[k]);
	}
}

TEST(destroy_under_sleepers_is_refused)
{
	struct guest guests[GUESTS] = { 0 };
	struct gate g = { 0 };

	start_guests(guests, &g, GUESTS);
	CHECK_EQ(fcond_destroy(&g.c), -EBUSY);
	CHECK_EQ(fmutex_lock(&g.m), 0);
	g.open = GUESTS;
	CHECK_EQ(fcond_broadcast(&g.c), 0);
	CHECK_EQ(fmutex_unlock(&g.m), 0);
	join_guests(guests, GUESTS);
	CHECK_EQ(g.passed, GUESTS);
	CHECK_EQ(fcond_destroy(&g.c), 0);
}

static void guest_process(void *arg)
{
	struct guest me = { .g = arg };

	pass_gate(&me);
	CHECK_EQ(me.err, 0);
}

/* @g may lie anywhere, with its condition and mutex in one page or in two. */
static void check_processes(struct gate *g)
{
	pid_t children[GUESTS];
	unsigned int i;

	for (i = 0; i < GUESTS; i++)
		children[i] = start_child(guest_process, g);
	UNTIL(users_of(&g->c) == GUESTS);
	for (i = 0; i < GUESTS; i++)
		UNTIL(is_asleep(children[i]));
	CHECK_EQ(fmutex_lock(&g->m), 0);
	g->open = 1;
	CHECK_EQ(fmutex_unlock(&g->m), 0);
	CHECK_EQ(fcond_signal(&g->c), 0);
	UNTIL(__atomic_load_n(&g->passed, __ATOMIC_RELAXED) == 1);
	CHECK_EQ(fmutex_lock(&g->m), 0);
	g->open = GUESTS - 1;
	CHECK_EQ(fcond_broadcast(&g->c), 0);
	CHECK_EQ(fmutex_unlock(&g->m), 0);
	for (i = 0; i < GUESTS; i++)
		join_child(children[i]);
	CHECK_EQ(g->passed, GUESTS);
	CHECK_EQ(fcond_destroy(&g->c), 0);
	CHECK_EQ(g->c.state, 0);
}

TEST(processes_wait_for_each_other)
{
	char *mem = map_shared(2 * 4096);
	struct gate *g;
	unsigned int k;

	for (k = 0; k < KINDS; k++) {
		if (!(kinds[k] & FMUTEX_SHARED))
			continue;
		g = (struct gate *)mem;
		memset(mem, 0, 2 * 4096);
		CHECK_EQ(fmutex_init(&g->m, kinds[k]), 0);
		CHECK_EQ(fcond_init(&g->c, FCOND_SHARED), 0);
		check_processes(g);
		CHECK_EQ(g->c.mutex, kinds[k] == FMUTEX_SHARED ? -40 : 1);
		g = (struct gate *)(mem + 4096 - sizeof(g->m));
		CHECK_EQ(fmutex_init(&g->m, kinds[k]), 0);
		CHECK_EQ(fcond_init(&g->c, FCOND_SHARED), 0);
		check_processes(g);
		CHECK_EQ(g->c.mutex, 1); /* others may map them elsewhere */
	}
	munmap(mem, 2 * 4096);
}

static void die_while_waiting(void *arg)
{
	struct guest me = { .g = arg };

	pass_gate(&me);
}

TEST(killed_waiters_do_not_harm_the_others)
{
	struct guest guests[GUESTS] = { 0 };
	unsigned int k;
	int status;
	pid_t pid;

	for (k = 0; k < KINDS; k++) {
		struct gate *g = new_gate(kinds[k] | FMUTEX_SHARED);

		pid = start_child(die_while_waiting, g);
		UNTIL(users_of(&g->c) == 1 && is_asleep(pid));
		kill(pid, SIGKILL);
		CHECK_EQ(waitpid(pid, &status, 0), pid);
		CHECK_EQ(users_of(&g->c), 1); /* for ever */
		memset(guests, 0, sizeof(guests));
		guests[0].g = g;
		start_guest(&guests[0]);
		UNTIL(users_of(&g->c) == 2 && guest_sleeps(&guests[0]));
		CHECK_EQ(fmutex_lock(&g->m), 0);
		g->open = 1;
		CHECK_EQ(fmutex_unlock(&g->m), 0);
		CHECK_EQ(fcond_signal(&g->c), 0);
		join_guests(guests, 1);
		CHECK_EQ(guests[0].err, 0);
		munmap(g, sizeof(*g));
	}
}

static void die_as_owner(void *arg)
{
	struct gate *g = arg;

	CHECK_EQ(fmutex_lock(&g->m), 0);
	g->open = 1;
	CHECK_EQ(fcond_broadcast(&g->c), 0);
}

static void *wait_for_the_dead(void *arg)
{
	struct gate *g = arg;
	int err;

	CHECK_EQ(fmutex_lock(&g->m), 0);
	do
		err = fcond_wait(&g->c, &g->m);
	while (!err && !g->open);
	CHECK_EQ(err, -EOWNERDEAD);
	CHECK_EQ(fmutex_consistent(&g->m), 0);
	CHECK_EQ(fmutex_unlock(&g->m), 0);
	return NULL;
}

TEST(wait_tells_of_the_death_of_the_owner)
{
	struct gate *g = new_gate(FMUTEX_ROBUST | FMUTEX_SHARED);
	pthread_t thread;

	thread = start_thread(wait_for_the_dead, g);
	UNTIL(users_of(&g->c) == 1);
	join_child(start_child(die_as_owner, g));
	join_thread(thread);
	munmap(g, sizeof(*g));
}
