// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: names that are set while the program runs */

#include <futexsync/name.h>

#include <errno.h>
#include <signal.h>
#include <sys/time.h>

#include "sem_help.h"

static char object[16];

/* The table is one for all tests: each leaves it empty. */
static void clear_all(void)
{
	CHECK(fname_clear((void *)1, (size_t)-1) >= 0);
}

static bool is_named(const void *address, const char *want)
{
	char name[FNAME_MAX];

	if (CHECK_EQ(fname_get(address, name), 0) && CHECK(!strcmp(name, want)))
		return true;
	printf("#   want '%s'\n", want);
	return false;
}

static bool is_nameless(const void *address)
{
	char name[FNAME_MAX] = "untouched";

	return CHECK_EQ(fname_get(address, name), -ENOENT) &&
	       CHECK(!strcmp(name, "untouched"));
}

TEST(nothing_has_a_name_before_the_first_is_set)
{
	is_nameless(object);
	CHECK_EQ(fname_clear(object, sizeof(object)), 0);
}

TEST(a_name_holds_from_the_first_byte_to_the_last)
{
	CHECK_EQ(fname_set(object + 4, 8, "jobs"), 0);
	is_named(object + 4, "jobs");
	is_named(object + 11, "jobs");
	is_nameless(object + 3);
	is_nameless(object + 12);
	clear_all();
}

TEST(a_second_name_takes_the_place_of_the_first)
{
	CHECK_EQ(fname_set(object, 4, "a name that is rather long"), 0);
	CHECK_EQ(fname_set(object, 4, "short"), 0);
	is_named(object, "short");
	CHECK_EQ(fname_clear(object, 4), 1);
	is_nameless(object);
}

TEST(the_smallest_of_nested_objects_gives_the_name)
{
	CHECK_EQ(fname_set(object, 4, "first member"), 0);
	CHECK_EQ(fname_set(object, 16, "whole"), 0);
	CHECK_EQ(fname_set(object + 8, 4, "later member"), 0);
	is_named(object, "first member");
	is_named(object + 4, "whole");
	is_named(object + 8, "later member");
	clear_all();
}

TEST(clear_takes_what_begins_in_the_range)
{
	CHECK_EQ(fname_set(object, 16, "whole"), 0);
	CHECK_EQ(fname_set(object + 4, 4, "at 4"), 0);
	CHECK_EQ(fname_set(object + 8, 4, "at 8"), 0);
	CHECK_EQ(fname_clear(object + 4, 4), 1);
	is_named(object + 4, "whole");
	is_named(object + 8, "at 8");
	CHECK_EQ(fname_clear(object, 9), 2);
	is_nameless(object + 8);
}

TEST(bad_arguments_change_nothing)
{
	char longest[FNAME_MAX + 1];

	memset(longest, 'x', FNAME_MAX);
	longest[FNAME_MAX] = '\0';
	CHECK_EQ(fname_set(object, 4, "good"), 0);
	CHECK_EQ(fname_set(NULL, 4, "name"), -EINVAL);
	CHECK_EQ(fname_set(object, 0, "name"), -EINVAL);
	CHECK_EQ(fname_set(object, (size_t)-1, "name"), -EINVAL);
	CHECK_EQ(fname_set(object, 4, NULL), -EINVAL);
	CHECK_EQ(fname_set(object, 4, ""), -EINVAL);
	CHECK_EQ(fname_set(object, 4, "two\nlines"), -EINVAL);
	CHECK_EQ(fname_set(object, 4, "\x7f"), -EINVAL);
	CHECK_EQ(fname_set(object, 4, longest), -ENAMETOOLONG);
	CHECK_EQ(fname_clear(NULL, 4), -EINVAL);
	CHECK_EQ(fname_clear(object, 0), -EINVAL);
	CHECK_EQ(fname_clear(object, (size_t)-1), -EINVAL);
	CHECK_EQ(fname_get(object, NULL), -EINVAL);
	CHECK_EQ(fname_get(NULL, longest), -EINVAL);
	is_named(object, "good");
	longest[FNAME_MAX - 1] = '\0';
	CHECK_EQ(fname_set(object, 4, longest), 0);
	is_named(object, longest);
	clear_all();
}

TEST(errno_is_left_alone)
{
	char name[FNAME_MAX];

	errno = EXDEV;
	CHECK_EQ(fname_set(object, 4, "name"), 0);
	CHECK_EQ(fname_get(object, name), 0);
	CHECK_EQ(fname_clear(object, 4), 1);
	CHECK_EQ(fname_set(object, 4, ""), -EINVAL);
	CHECK_EQ(errno, EXDEV);
}

TEST(a_full_table_refuses_and_clearing_makes_room)
{
	static char many[FNAME_CAPACITY + 1];
	int i;

	for (i = 0; i < FNAME_CAPACITY; i++)
		REQUIRE(fname_set(&many[i], 1, "one of many") == 0);
	CHECK_EQ(fname_set(&many[i], 1, "one too many"), -ENOSPC);
	is_nameless(&many[i]);
	CHECK_EQ(fname_set(&many[7], 1, "renamed"), 0);
	is_named(&many[7], "renamed");
	CHECK_EQ(fname_clear(&many[9], 1), 1);
	CHECK_EQ(fname_set(&many[i], 1, "fits now"), 0);
	is_named(&many[i], "fits now");
	CHECK_EQ(fname_clear(many, sizeof(many)), FNAME_CAPACITY);
}

static void set_in_child(void *arg)
{
	(void)arg;
	is_named(object, "parent's");
	CHECK_EQ(fname_set(object, 4, "child's"), 0);
	CHECK_EQ(fname_set(object + 8, 4, "new in child"), 0);
	is_named(object, "child's");
}

TEST(a_child_has_the_names_and_changes_only_its_own)
{
	CHECK_EQ(fname_set(object, 4, "parent's"), 0);
	join_child(start_child(set_in_child, NULL));
	is_named(object, "parent's");
	is_nameless(object + 8);
	clear_all();
}

static bool stop;

/* Each name is 60 times one letter: a torn one shows. */
static void *rename_all_the_time(void *arg)
{
	char name[61] = "";
	unsigned int i;

	for (i = 0; !__atomic_load_n(&stop, __ATOMIC_RELAXED); i++) {
		memset(name, 'a' + (char)(i % 26), 60);
		CHECK_EQ(fname_set(arg, 4, name), 0);
		if (i % 5 == 0)
			CHECK_EQ(fname_clear(arg, 4), 1);
	}
	return NULL;
}

static bool whole(const char *name)
{
	size_t len = strlen(name);

	return len == 60 && strspn(name, (char[]){ *name, '\0' }) == len;
}

TEST(readers_never_see_half_a_name)
{
	char name[FNAME_MAX];
	pthread_t threads[2];
	int seen = 0;

	stop = false;
	threads[0] = start_thread(rename_all_the_time, object);
	threads[1] = start_thread(rename_all_the_time, object + 8);
	while (seen < 20000) {
		if (fname_get(object + seen % 2 * 8, name) == 0) {
			CHECK(whole(name));
			seen++;
		}
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	join_thread(threads[0]);
	join_thread(threads[1]);
	clear_all();
}

static void set_and_go(void *arg)
{
	(void)arg;
	CHECK_EQ(fname_set(object + 4, 4, "child's"), 0);
	is_named(object + 4, "child's");
}

TEST(fork_while_another_thread_sets_names)
{
	pthread_t thread;
	int i;

	stop = false;
	thread = start_thread(rename_all_the_time, object);
	for (i = 0; i < 50; i++)
		join_child(start_child(set_and_go, NULL));
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	join_thread(thread);
	clear_all();
}

static int handled;

static void rename_in_handler(int sig)
{
	char name[61] = "";

	(void)sig;
	memset(name, 'a' + (char)(handled++ % 26), 60);
	fname_set(object, 4, name); /* the thread only reads: no lock is held */
}

/* Threads on two CPUs rarely meet within one copy; this is in most of them. */
TEST(a_name_that_changes_while_it_is_copied_is_copied_again)
{
	const struct itimerval often = { { 0, 50 }, { 0, 50 } }, off = { 0 };
	char name[FNAME_MAX];

	rename_in_handler(0);
	signal(SIGALRM, rename_in_handler);
	CHECK_EQ(setitimer(ITIMER_REAL, &often, NULL), 0);
	while (__atomic_load_n(&handled, __ATOMIC_RELAXED) < 2000)
		CHECK(fname_get(object, name) == 0 && whole(name));
	CHECK_EQ(setitimer(ITIMER_REAL, &off, NULL), 0);
	signal(SIGALRM, harness_hangs);
	alarm(TEST_LIMIT_S);
	clear_all();
}

static int handler_found, handler_missed;

static void look_in_handler(int sig)
{
	char name[FNAME_MAX];

	(void)sig;
	if (fname_get(object, name))
		handler_missed++;
	else if (whole(name))
		handler_found++;
	else
		abort();
}

/* It may meet an entry that this very thread is writing: it must not hang. */
TEST(a_signal_handler_may_look_at_any_moment)
{
	const struct itimerval often = { { 0, 100 }, { 0, 100 } }, off = { 0 };
	char name[61] = "";
	unsigned int i;

	signal(SIGVTALRM, look_in_handler);
	memset(name, 'a', 60);
	CHECK_EQ(fname_set(object, 4, name), 0);
	CHECK_EQ(setitimer(ITIMER_VIRTUAL, &often, NULL), 0);
	for (i = 0; __atomic_load_n(&handler_found, __ATOMIC_RELAXED) < 20;
	     i++) {
		memset(name, 'a' + (char)(i % 26), 60);
		CHECK_EQ(fname_set(object, 4, name), 0);
	}
	CHECK_EQ(setitimer(ITIMER_VIRTUAL, &off, NULL), 0);
	signal(SIGVTALRM, SIG_DFL);
	printf("# a handler found a name %d times, missed it %d times\n",
	       handler_found, handler_missed);
	clear_all();
}
