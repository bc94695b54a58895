// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - cli tests: what /proc says of a thread, and what others make of it */

#include "harness.h"

#include <linux/futex.h>
#include <stdint.h>

#include "futexcall.h"
#include "random.h"
#include "thread.h"

#define STAT_REST                                                            \
	" 1 2 3 4 5 2097216 7 8 9 10 11 12 13 14 15 16 17 18 4242 20 21 22 " \
	"23 24 25 26 27 28 29 30 31 32 33 34 35 3 0 0\n"

TEST(stat_is_read_behind_the_last_parenthesis)
{
	struct thread t = { 0 };

	CHECK(thread_parse_stat(&t, "77 (a) S (b c) S" STAT_REST));
	CHECK(!strcmp(t.comm, "a) S (b c"));
	CHECK_EQ(t.state, 'S');
	CHECK_EQ(t.start, 4242);
	CHECK_EQ(t.cpu, 3);
	CHECK(t.kernel);
	CHECK(thread_parse_stat(&t, "77 (x\ny\033[2J) R" STAT_REST));
	CHECK(!strcmp(t.comm, "x\\x0ay\\x1b[2J"));
	CHECK(thread_parse_stat(&t, "77 () D" STAT_REST));
	CHECK(!*t.comm);
}

TEST(stat_that_is_cut_off_is_none)
{
	static const char whole[] = "77 (name) S" STAT_REST;
	struct thread t = { 0 };
	char text[sizeof(whole)];
	size_t good = 0;

	for (size_t len = 0; len < sizeof(whole); len++) {
		memcpy(text, whole, len);
		text[len] = '\0';
		good += thread_parse_stat(&t, text);
	}
	/* Only where all fields are there: from the CPU on. */
	CHECK(good >= 1 && good < 10);
	CHECK(!thread_parse_stat(&t, ")("));
	CHECK(!thread_parse_stat(&t, "1 (a)"));
	CHECK(!thread_parse_stat(&t, "1 (a) "));
}

TEST(status_is_read_at_line_beginnings)
{
	struct thread t = { .tid = 700 };

	CHECK(thread_parse_status(
		&t, "Name:\tTgid:\t9\nTgid:\t12\nNSpid:\t700\t30\t4\n"
		    "voluntary_ctxt_switches:\t5\n"
		    "nonvoluntary_ctxt_switches:\t60\n"));
	CHECK_EQ(t.pid, 12);
	CHECK_EQ(t.switches, 65);
	CHECK_EQ(t.sleeps, 5);
	CHECK_EQ(t.inner_tid, 4);
	CHECK(t.nested);
	CHECK(thread_parse_status(&t, "Tgid:\t12\n"
				      "voluntary_ctxt_switches:\t5\n"
				      "nonvoluntary_ctxt_switches:\t60"));
	CHECK_EQ(t.inner_tid, 700);
	CHECK(!t.nested);
	CHECK(!thread_parse_status(&t, ""));
	CHECK(!thread_parse_status(&t, "Tgid:\t12\n"));
	CHECK(!thread_parse_status(&t, "Tgid:\tx\n"
				       "voluntary_ctxt_switches:\t5\n"
				       "nonvoluntary_ctxt_switches:\t6\n"));
}

TEST(calls_of_all_kinds)
{
	struct call c;

	CHECK(thread_parse_call(&c, "202 0x7f00 0x80 0x2 0x0 0x0 0x9 0x7ffe "
				    "0x401000\n"));
	CHECK(c.known);
	CHECK_EQ(c.nr, 202);
	CHECK_EQ(c.args[0], 0x7f00);
	CHECK_EQ(c.args[5], 9);
	CHECK_EQ(c.sp, 0x7ffe);
	CHECK_EQ(c.pc, 0x401000);
	CHECK(thread_parse_call(&c, "-1 0x7ffe 0x401000\n"));
	CHECK(c.known);
	CHECK_EQ(c.nr, -1);
	CHECK_EQ(c.pc, 0x401000);
	CHECK(!thread_parse_call(&c, "running\n"));
	CHECK(!c.known);
	CHECK(!thread_parse_call(&c, ""));
	CHECK(!thread_parse_call(&c, "202 0x1 0x2\n"));
	CHECK(!thread_parse_call(&c, "-1 0x1\n"));
	CHECK(!c.known);
}

/* Whatever stands there: an answer, and nothing read beyond the end. */
TEST(noise_is_survived)
{
	static const char letters[] = "(): \t\nSgTidNp-0123456789abcdefx";
	struct random rng = { 7 };

	for (int round = 0; round < effort(20000); round++) {
		size_t len = random_next(&rng) % 200;
		char *text = malloc(len + 1);
		struct thread t = { .tid = 1 };

		for (size_t i = 0; i < len; i++)
			text[i] = letters[random_next(&rng) %
					  (sizeof(letters) - 1)];
		text[len] = '\0';
		thread_parse_stat(&t, text);
		thread_parse_status(&t, text);
		thread_parse_call(&t.call, text);
		CHECK(strlen(t.comm) < sizeof(t.comm));
		free(text);
	}
}

static struct thread asleep_in(int64_t nr, uint64_t a0, uint64_t a1,
			       uint64_t a2, uint64_t a3)
{
	struct thread t = { .tid = 5,
			    .pid = 5,
			    .state = 'S',
			    .start = 10,
			    .switches = 3,
			    .switches_after = 3,
			    .call = { .known = true,
				      .nr = nr,
				      .args = { a0, a1, a2, a3, 0, 0 } } };

	return t;
}

TEST(who_wants_to_run_and_hardly_may_is_starved)
{
	const struct thread before = { .tid = 5,
				       .state = 'R',
				       .sleeps = 2,
				       .sleeps_after = 2,
				       .run_ns = 7000,
				       .looked_ns = 100000 };
	struct thread now = before;

	now.looked_ns += 1000;
	CHECK(thread_starved(&before, &now));
	now.run_ns += 249;
	CHECK(thread_starved(&before, &now));
	now.run_ns++;
	CHECK(!thread_starved(&before, &now));
	now.run_ns = 7100;
	now.sleeps_after++;
	CHECK(!thread_starved(&before, &now));
	now.sleeps_after--;
	now.state = 'S';
	CHECK(!thread_starved(&before, &now));
}

TEST(who_was_woken_in_between_did_not_sleep_on)
{
	struct thread before = asleep_in(202, 0x1000, 128, 2, 0);
	struct thread now = before;

	CHECK(thread_slept_on(&before, &now));
	now.switches_after++;
	CHECK(!thread_slept_on(&before, &now));
	now = before;
	now.call.args[0]++;
	CHECK(!thread_slept_on(&before, &now));
	now = before;
	now.start++;
	CHECK(!thread_slept_on(&before, &now));
	now = before;
	now.state = 'R';
	CHECK(!thread_slept_on(&before, &now));
	now = before;
	now.call.known = false;
	CHECK(!thread_slept_on(&before, &now));
}

TEST(futex_waits_are_told_from_other_calls)
{
	struct word_wait w[WORDS_MAX];
	struct thread t = asleep_in(202, 0x1000, FUTEX_WAIT_PRIVATE, 2, 0);

	CHECK_EQ(futexcall_words(&t, ABI_64, w), 1);
	CHECK(w[0].address == 0x1000 && w[0].value == 2 && w[0].private);
	CHECK(!w[0].timed && !w[0].pi);
	CHECK_EQ(futexcall_words(&t, ABI_32, w), 0);
	t.call.nr = 240;
	CHECK_EQ(futexcall_words(&t, ABI_32, w), 1);
	t.call.nr = 422;
	CHECK_EQ(futexcall_words(&t, ABI_32, w), 1);
	t.call.nr = 0x40000000 | 202;
	CHECK_EQ(futexcall_words(&t, ABI_X32, w), 1);
	t = asleep_in(202, 0x1000, FUTEX_LOCK_PI, 0, 0x2000);
	CHECK_EQ(futexcall_words(&t, ABI_64, w), 1);
	CHECK(w[0].pi && w[0].timed && !w[0].private);
	t = asleep_in(202, 0x1000, FUTEX_WAKE, 1, 0);
	CHECK_EQ(futexcall_words(&t, ABI_64, w), 0);
	t = asleep_in(0, 0x1000, FUTEX_WAIT_PRIVATE, 2, 0);
	CHECK_EQ(futexcall_words(&t, ABI_64, w), 0);
	t = asleep_in(455, 0x1000, 7, ~0ULL, 128 | 2);
	CHECK_EQ(futexcall_words(&t, ABI_64, w), 1);
	CHECK(w[0].value == 7 && w[0].private && !w[0].timed);
	t.call.known = false;
	CHECK_EQ(futexcall_words(&t, ABI_64, w), 0);
}

/* This very process is asked for its list. */
TEST(the_list_of_waitv_is_read_as_far_as_it_is_there)
{
	struct {
		uint64_t value, address;
		uint32_t flags, reserved;
	} list[2] = { { 1, 0x1000, 130, 0 }, { 2, 0x2000, 2, 0 } };
	struct thread t = asleep_in(449, (uintptr_t)list, 2, 0, 0);
	struct word_wait w[WORDS_MAX];

	t.tid = (uint32_t)getpid();
	CHECK_EQ(futexcall_words(&t, ABI_64, w), 2);
	CHECK(w[0].address == 0x1000 && w[0].private && w[0].value == 1);
	CHECK(w[1].address == 0x2000 && !w[1].private && !w[1].timed);
	t.call.args[0] = 8;
	CHECK_EQ(futexcall_words(&t, ABI_64, w), 0);
	t.call.args[0] = ~0ULL - 3;
	t.call.args[1] = ~0ULL;
	CHECK_EQ(futexcall_words(&t, ABI_64, w), 0);
}
