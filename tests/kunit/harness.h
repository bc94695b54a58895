/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - KUnit tests: the words of tests/unit/harness.h, in the kernel
 *
 * With them the unit tests of the leaves run here as they are. A test is one
 * kthread at a time, as in user space.
 */
#ifndef KUNIT_HARNESS_H
#define KUNIT_HARNESS_H

#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/string.h>

static struct kunit *harness_test;
static unsigned int harness_failed;

#define TEST(name)                              \
	static void name(void);                 \
	static void run_##name(struct kunit *t) \
	{                                       \
		harness_test = t;               \
		harness_failed = 0;             \
		name();                         \
	}                                       \
	static void name(void)

/* One line of a suite's list of cases. */
#define CASE(test)                                    \
	{                                             \
		.run_case = run_##test, .name = #test \
	}

#define CHECK(what) harness_check(!!(what), #what, __FILE__, __LINE__)

#define CHECK_EQ(got, want)                                   \
	harness_check_eq((long long)(got), (long long)(want), \
			 #got " == " #want, __FILE__, __LINE__)

#define REQUIRE(what)             \
	do {                      \
		if (!CHECK(what)) \
			return;   \
	} while (0)

#define printf(...) kunit_info(harness_test, __VA_ARGS__)

static inline bool harness_check(bool good, const char *what, const char *file,
				 int line)
{
	if (good)
		return true;
	/* One that fails in a loop must not fill the log. */
	if (harness_failed++ < 10)
		KUNIT_FAIL(harness_test, "%s:%d: not so: %s", kbasename(file),
			   line, what);
	return false;
}

static inline bool harness_check_eq(long long got, long long want,
				    const char *what, const char *file,
				    int line)
{
	if (harness_check(got == want, what, file, line))
		return true;
	if (harness_failed <= 10)
		kunit_info(harness_test, "got %lld (%#llx), want %lld (%#llx)",
			   got, got, want, want);
	return false;
}

/* Has a check of this test failed? */
static inline int child_status(void)
{
	return harness_failed ? 1 : 0;
}

#endif /* KUNIT_HARNESS_H */
