// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what sort of lock it is, by how threads came to wait there */

#include "kind_site.h"

#include <string.h>

/* What a frame's function tells of the lock; the first that fits. */
static const struct {
	const char *part;
	const char *kind;
} told_by[] = {
	{ "pthread_cond_", "condvar" },
	{ "condition_variable", "condvar" },
	{ "fcond_", "condvar" },
	{ "sem_", "semaphore" },
	{ "semaphore", "semaphore" },
	{ "Condvar", "condvar" },
	{ "barrier_wait", "barrier" },
	{ "Barrier>::wait", "barrier" },
	{ "tree_barrier", "barrier" },
	{ "pthread_join", "join" },
	{ "clockjoin", "join" },
	{ "pthread_once", "once" },
	{ "call_once", "once" },
	{ "::Once", "once" },
	{ "rwlock", "rwlock" },
	{ "mutex_", "mutex" },
	{ "mutex::", "mutex" },
	{ "runtime.lock2", "mutex" },
	{ "runtime.note", "park" },
	{ "::park", "park" },
	{ "atomic_wait", "atomic" },
	{ "_M_futex_wait", "atomic" },
	{ NULL, NULL },
};

static const char *kind_of_function(const char *function)
{
	for (size_t i = 0; told_by[i].part; i++) {
		if (strstr(function, told_by[i].part))
			return told_by[i].kind;
	}
	return NULL;
}

/* Other locks are built on these. */
static bool is_means(const char *kind)
{
	return !strcmp(kind, "atomic") || !strcmp(kind, "park");
}

/* A Java thread waits at a condition variable of its own, for whatever. */
static const char *kind_of_java(const struct stack *stack, size_t site)
{
	const struct frame *frame = &stack->frames[site];

	if (site >= stack->nr || !frame->function ||
	    !strstr(frame->object, "/libjvm.so"))
		return NULL;
	if (!strncmp(frame->function, "ObjectMonitor::", 15) &&
	    strcasestr(frame->function, "enter"))
		return "mutex";
	return !strcmp(frame->function, "Unsafe_Park") ? "park" : NULL;
}

const char *kind_of_stack(const struct stack *stack)
{
	size_t site = stack_site(stack);
	const char *java = kind_of_java(stack, site);
	const char *at_least = "unknown";

	if (java)
		return java;
	for (size_t i = 0; i < site && i < stack->nr; i++) {
		const char *function = stack->frames[i].function;
		const char *kind = function ? kind_of_function(function) : NULL;

		if (kind && !is_means(kind))
			return kind;
		if (kind)
			at_least = kind;
	}
	return at_least;
}

/*
 * A waiter of pthread_cond_wait(3) waits for the mutex at the end, and the C
 * library has no name for the function in between. But glibc waits on mutexes
 * with one call and on all others with another.
 */
static const char *correct(const struct lock *lock, const struct stack *stack,
			   const char *kind)
{
	if (!strcmp(kind, "condvar") &&
	    strstr(stack->frames[0].object, "libc.so.6") &&
	    lock->ops[FUTEXWATCH_OP_WAIT] &&
	    !lock->ops[FUTEXWATCH_OP_WAIT_BITSET])
		return "mutex";
	return kind;
}

/* What the functions say through which most of the waiting came. */
const char *kind_of_sites(const struct lock *lock, const struct sites *sites)
{
	for (size_t i = 0; i < lock->nr_sites; i++) {
		const struct stack *stack =
			sites_get(sites, lock->sites[i].site);
		const char *kind;

		if (!stack || !stack->nr ||
		    lock->sites[i].whose != FUTEXWATCH_STACK_WAITER)
			continue;
		kind = kind_of_stack(stack);
		if (strcmp(kind, "unknown"))
			return correct(lock, stack, kind);
	}
	return NULL;
}
