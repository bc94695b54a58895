/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - schedule tests: what a scenario is made of */
#ifndef TESTS_SCHEDULE_H
#define TESTS_SCHEDULE_H

/*
 * A scenario is a few short threads on the library's unmodified code. It is
 * run in every order that its threads can take, one atomic operation or system
 * call at a time, on an emulated futex (explore.c tells how).
 *
 *	static struct fsem s;
 *	static int word;
 *
 *	static void sender(int self)   { word = 1; fsem_post(&s); }
 *	static void receiver(int self) { fsem_wait(&s); MUST(word == 1); }
 *
 *	SCENARIO(hand_over, .thread = { sender, receiver });
 *
 * All that a scenario shares is in static variables. These are part of the
 * state, as are the threads' stacks and thread-local variables: they are set
 * back for each try. So nothing may be kept elsewhere (malloc, stdio), and no
 * value may depend on anything but this state (time, random numbers).
 *
 * Accesses to static variables that are not atomic must be ordered by the
 * library: an unordered pair is reported as a data race.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_THREADS 4

/* What may happen to a thread besides going on with its next operation. */
#define EVENT_WEAK     0x01U /* a weak CAS fails though the value is right */
#define EVENT_SPURIOUS 0x02U /* a sleeper wakes for no reason */
#define EVENT_EINTR    0x04U /* a sleeper is interrupted */
#define EVENT_TIMEOUT  0x08U /* the deadline of a sleeper passes */
#define EVENT_SIGNAL   0x10U /* a handler runs on top of the thread, once */
#define EVENT_KILL     0x20U /* the thread dies where it stands */

/**
 * struct scenario - what runs, and what must hold
 * @name: set by SCENARIO()
 * @setup: runs first, alone (or NULL)
 * @thread: the threads; @self is the index here
 * @finish: runs when all threads have ended, alone (or NULL)
 * @idle: runs when nobody can go on and somebody sleeps: tells if that is as it
 *	should be. NULL: it never is
 * @handler: the signal handler, see @signalled
 * @signalled: threads that the handler interrupts once, wherever they are
 * @mortal: threads that may die, once, wherever they are
 * @without: events that are left out
 * @max_events: how many events may happen in one run; 0: any number
 * @max_preemptions: how often a thread may be left that could have gone on;
 *	0: any number
 * @patient: once a thread has died, those who sleep with a deadline may rely on
 *	it: that they go on in the end is looked at with these events
 * @takes_long: many seconds: runs only when asked for
 *
 * Signal and death need @signalled and @mortal; the other events happen
 * wherever they can.
 */
struct scenario {
	const char *name;
	void (*setup)(void);
	void (*thread[MAX_THREADS])(int self);
	void (*finish)(void);
	bool (*idle)(void);
	void (*handler)(int self);
	unsigned int signalled;
	unsigned int mortal;
	unsigned int without;
	unsigned int max_events;
	unsigned int max_preemptions;
	bool patient;
	bool takes_long;
};

#define SCENARIO(id, ...)                                               \
	static const struct scenario id = { .name = #id, __VA_ARGS__ }; \
	static const struct scenario *const id##_listed                 \
		__attribute__((used, no_reorder, section("scenarios"))) = &id

/* What must hold here, whatever the order was. */
#define MUST(what)                                                             \
	do {                                                                   \
		if (!(what))                                                   \
			fault("%s:%d: not so: %s", __FILE__, __LINE__, #what); \
	} while (0)

/* As MUST(got == want) for integers, and show both. */
#define MUST_EQ(got, want)                                             \
	do {                                                           \
		long long got_ = (got), want_ = (want);                \
                                                                       \
		if (got_ != want_)                                     \
			fault("%s:%d: %s is %lld, not %lld", __FILE__, \
			      __LINE__, #got, got_, want_);            \
	} while (0)

/* This schedule shows a fault: say which, and end the run. */
void fault(const char *format, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/* From here on any access to this static memory is a fault, as after free(). */
void poison(void *memory, size_t size);

/* The memory is in use again, for another object. */
void unpoison(void *memory, size_t size);

/* For idle: whether thread @self sleeps. */
bool is_asleep(int self);

/* Whether thread @self of this run was killed. */
bool was_killed(int self);

#endif /* TESTS_SCHEDULE_H */
