/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - unit tests: a small harness that speaks TAP */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

/*
 *	#include "harness.h"
 *
 *	TEST(post_adds_one)
 *	{
 *		CHECK(fsem_post(&s) == 0);
 *		CHECK_EQ(value(&s), 1);
 *	}
 *
 * One file that includes this is one program; main() is in here. Tests run in
 * the order of the file. A name states the behaviour that is tested.
 *
 * usage: test_x [PART]...   run only the tests with PART in their name
 *
 * TEST_EFFORT=PERCENT in the environment makes stress tests shorter, for slow
 * machines; they get the length that they shall have by effort().
 *
 * Exit status: 0 all passed, 1 one failed, 77 all were skipped.
 *
 * A test may start threads and use CHECK in them. A forked child must end by
 * _exit(child_status()). Wait for conditions with UNTIL, never for a time: a
 * test that hangs is ended by the harness after TEST_LIMIT_S.
 */

#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef TEST_LIMIT_S
#define TEST_LIMIT_S 300
#endif

#if defined(__SANITIZE_THREAD__)
#define UNDER_TSAN true
#else
#define UNDER_TSAN false
#endif

struct harness_test {
	const char *name;
	void (*run)(void);
	struct harness_test *next;
};

static struct harness_test *harness_first;
static struct harness_test **harness_end = &harness_first;
static struct harness_test *harness_now;
static unsigned int harness_failed; /* checks of this test, atomic */
static const char *harness_skipped;

#define TEST(test)                                                        \
	static void test(void);                                           \
	__attribute__((constructor)) static void harness_add_##test(void) \
	{                                                                 \
		static struct harness_test entry = { #test, test, NULL }; \
                                                                          \
		*harness_end = &entry;                                    \
		harness_end = &entry.next;                                \
	}                                                                 \
	static void test(void)

/* Note a failure and go on. */
#define CHECK(what) harness_check(!!(what), #what, __FILE__, __LINE__)

/* As CHECK(got == want) for integers, and show both. */
#define CHECK_EQ(got, want)                                   \
	harness_check_eq((long long)(got), (long long)(want), \
			 #got " == " #want, __FILE__, __LINE__)

/* Note a failure and leave the function, which returns nothing. */
#define REQUIRE(what)             \
	do {                      \
		if (!CHECK(what)) \
			return;   \
	} while (0)

/* Leave the test, which could not be made here. */
#define SKIP(why)                        \
	do {                             \
		harness_skipped = (why); \
		return;                  \
	} while (0)

#define UNTIL(what)                    \
	do {                           \
		while (!(what))        \
			sched_yield(); \
	} while (0)

static inline bool harness_check(bool good, const char *what, const char *file,
				 int line)
{
	if (!good) {
		__atomic_fetch_add(&harness_failed, 1, __ATOMIC_RELAXED);
		printf("# %s:%d: not so: %s\n", file, line, what);
	}
	return good;
}

static inline bool harness_check_eq(long long got, long long want,
				    const char *what, const char *file,
				    int line)
{
	if (harness_check(got == want, what, file, line))
		return true;
	printf("#   got %lld (%#llx), want %lld (%#llx)\n", got,
	       (unsigned long long)got, want, (unsigned long long)want);
	return false;
}

/* How often to do what is done @rounds times at full length; never 0. */
static inline int effort(int rounds)
{
	static int percent; /* atomic; threads at once find the same */
	int now = __atomic_load_n(&percent, __ATOMIC_RELAXED);
	const char *given;

	if (!now) {
		given = getenv("TEST_EFFORT");
		now = given ? atoi(given) : 100;
		now = now < 1 ? 1 : now > 100 ? 100 : now;
		__atomic_store_n(&percent, now, __ATOMIC_RELAXED);
	}
	rounds = (int)((long long)rounds * now / 100);
	return rounds ? rounds : 1;
}

/* What a child of a test ends with: its parent checks for 0. */
static inline int child_status(void)
{
	return __atomic_load_n(&harness_failed, __ATOMIC_RELAXED) ? 1 : 0;
}

static void harness_hangs(int sig)
{
	static const char text[] = "Bail out! a test hangs: ";

	(void)sig;
	if (write(1, text, sizeof(text) - 1) < 0 ||
	    write(1, harness_now->name, strlen(harness_now->name)) < 0 ||
	    write(1, "\n", 1) < 0)
		_exit(2);
	_exit(1);
}

static bool harness_wanted(const char *name, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		if (strstr(name, argv[i]))
			return true;
	}
	return argc < 2;
}

static void harness_run(int number)
{
	harness_failed = 0;
	harness_skipped = NULL;
	alarm(TEST_LIMIT_S);
	harness_now->run();
	alarm(0);
	printf("%sok %d - %s", harness_failed ? "not " : "", number,
	       harness_now->name);
	if (harness_skipped)
		printf(" # SKIP %s", harness_skipped);
	putchar('\n');
}

int main(int argc, char **argv)
{
	int run = 0, failed = 0, skipped = 0;

	/* Children and crashes must not take lines with them. */
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	signal(SIGALRM, harness_hangs);
	for (harness_now = harness_first; harness_now;
	     harness_now = harness_now->next) {
		if (!harness_wanted(harness_now->name, argc, argv))
			continue;
		harness_run(++run);
		failed += harness_failed != 0;
		skipped += harness_skipped != NULL;
	}
	printf("1..%d\n", run);
	if (failed)
		return 1;
	return run && run == skipped ? 77 : 0;
}

#endif /* TESTS_HARNESS_H */
