// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - cli tests: numbers with units */

#include "harness.h"

#include "number.h"

static bool is_time(const char *text, uint64_t want)
{
	uint64_t ns = 0;

	return number_time(text, &ns) && ns == want;
}

static bool is_size(const char *text, uint64_t want)
{
	uint64_t bytes = 0;

	return number_size(text, &bytes) && bytes == want;
}

TEST(times_take_units_and_points)
{
	CHECK(is_time("5", 5000000000ULL));
	CHECK(is_time("5ms", 5000000));
	CHECK(is_time("1.5s", 1500000000));
	CHECK(is_time("0.25", 250000000));
	CHECK(is_time("100us", 100000));
	CHECK(is_time("100µs", 100000));
	CHECK(is_time("7ns", 7));
	CHECK(is_time("2m", 120000000000ULL));
	CHECK(is_time("1h", 3600000000000ULL));
	CHECK(is_time("0", 0));
}

TEST(sizes_are_powers_of_1024)
{
	CHECK(is_size("64M", 64ULL << 20));
	CHECK(is_size("512k", 512ULL << 10));
	CHECK(is_size("1GiB", 1ULL << 30));
	CHECK(is_size("4096", 4096));
}

TEST(what_is_no_number_is_refused)
{
	static const char *const bad[] = {
		"",	   " ",	    "x",
		"-1",	   "+1",    "1 s",
		"1s ",	   " 1",    "1e3",
		"0x10",	   "1,5",   "inf",
		"nan",	   "1.5.5", ".5",
		"5parsec", "1sx",   "99999999999999999999999999",
		"ms",
	};
	uint64_t value;
	double percent;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (!CHECK(!number_time(bad[i], &value)) ||
		    !CHECK(!number_size(bad[i], &value)) ||
		    !CHECK(!number_count(bad[i], &value)) ||
		    !CHECK(!number_percent(bad[i], &percent)))
			printf("# accepted '%s'\n", bad[i]);
	}
	CHECK(!number_size("0", &value));
	CHECK(!number_count("0", &value));
	CHECK(!number_count("1.5", &value));
	CHECK(!number_size("5ms", &value));
}

TEST(percents_end_at_a_hundred)
{
	double percent = -1;

	CHECK(number_percent("100", &percent) && percent == 100);
	CHECK(number_percent("0%", &percent) && percent == 0);
	CHECK(number_percent("2.5%", &percent) && percent > 2.49 &&
	      percent < 2.51);
	CHECK(!number_percent("100.1", &percent));
	CHECK(!number_percent("5%%", &percent));
	CHECK(!number_percent("5 %", &percent));
	CHECK(!number_percent("%", &percent));
}

TEST(ids_are_those_that_the_kernel_gives)
{
	uint32_t id;

	CHECK(number_id("1", &id) && id == 1);
	CHECK(number_id("4194304", &id) && id == 4194304);
	CHECK(!number_id("4194305", &id));
	CHECK(!number_id("0", &id));
	CHECK(!number_id("-1", &id));
	CHECK(!number_id("", &id));
	CHECK(!number_id("1k", &id));
	CHECK(!number_id("99999999999999999999", &id));
}
