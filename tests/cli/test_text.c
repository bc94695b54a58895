// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - cli tests: text of strangers, and numbers for people */

#include "harness.h"

#include <locale.h>

#include "format.h"
#include "text.h"

static bool cleans_to(const char *s, size_t len, const char *want)
{
	char *clean = text_clean(s, len);
	bool same = !strcmp(clean, want);

	if (!same)
		printf("# got '%s'\n", clean);
	free(clean);
	return same;
}

TEST(good_text_stays)
{
	CHECK(cleans_to("purge", 5, "purge"));
	CHECK(cleans_to("größe", strlen("größe"), "größe"));
	CHECK(cleans_to("日本", strlen("日本"), "日本"));
	CHECK(cleans_to("", 0, ""));
}

TEST(controls_are_shown_and_not_obeyed)
{
	CHECK(cleans_to("a\nb\033[2J", 7, "a\\x0ab\\x1b[2J"));
	CHECK(cleans_to("\x7f\t", 2, "\\x7f\\x09"));
	CHECK(cleans_to("\0x", 2, "\\x00x"));
	/* C1 control, right-to-left override */
	CHECK(cleans_to("\xc2\x9b", 2, "\\xc2\\x9b"));
	CHECK(cleans_to("\xe2\x80\xae", 3, "\\xe2\\x80\\xae"));
}

TEST(broken_utf8_is_shown_byte_by_byte)
{
	CHECK(cleans_to("\xff\xfe", 2, "\\xff\\xfe"));
	CHECK(cleans_to("a\xc3", 2, "a\\xc3"));
	CHECK(cleans_to("\xc0\x80", 2, "\\xc0\\x80"));
	CHECK(cleans_to("\xed\xa0\x80", 3, "\\xed\\xa0\\x80"));
	CHECK(cleans_to("\xf4\x90\x80\x80", 4, "\\xf4\\x90\\x80\\x80"));
}

static bool fits_to(const char *s, size_t width, const char *want)
{
	char *line = NULL;
	size_t size;
	FILE *out = open_memstream(&line, &size);
	bool same;

	text_fit(out, s, width);
	fclose(out);
	same = !strcmp(line, want);
	if (!same)
		printf("# got '%s'\n", line);
	free(line);
	return same;
}

TEST(text_fits_its_columns_whatever_its_letters)
{
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		SKIP("no UTF-8 locale");
	CHECK(fits_to("abc", 5, "abc  "));
	CHECK(fits_to("abcdef", 4, "abc…"));
	CHECK(fits_to("日本語", 4, "日… "));
	CHECK(fits_to("ü", 3, "ü  "));
	CHECK_EQ(text_width("日本"), 4);
}

static bool same(struct format format, const char *want)
{
	if (!strcmp(format.s, want))
		return true;
	printf("# got '%s', want '%s'\n", format.s, want);
	return false;
}

TEST(times_have_one_unit_and_three_digits)
{
	CHECK(same(format_time(0), "0"));
	CHECK(same(format_time(85), "85n"));
	CHECK(same(format_time(1900000), "1.9m"));
	CHECK(same(format_time(9960000), "10m"));
	CHECK(same(format_time(999600), "1.0m"));
	CHECK(same(format_time(612000000000ULL), "612s"));
	CHECK(same(format_time_long(30200000000ULL), "30.2 s"));
	CHECK(same(format_time_long(1900000), "1.9 ms"));
	CHECK(same(format_time_long(8040000000000ULL), "2 h 14 min"));
}

TEST(counts_are_grouped_and_shares_are_honest)
{
	CHECK(same(format_count(0), "0"));
	CHECK(same(format_count(999), "999"));
	CHECK(same(format_count(1158204), "1,158,204"));
	CHECK(same(format_count_fit(38400, 5), "38k"));
	CHECK(same(format_bytes(1234567), "1.2 MB"));
	CHECK(same(format_percent(99999, 100000), "99.999 %"));
	CHECK(same(format_percent(5, 5), "100 %"));
	CHECK(same(format_share(999, 1000), "99 %"));
	CHECK(same(format_share(1, 1000), "<1 %"));
	CHECK(same(format_share(0, 1000), "0 %"));
}

TEST(numbers_are_as_printf_writes_them)
{
	char want[32], got[DIGITS_MAX + 1];

	for (uint64_t n = 1; n; n = n > UINT64_MAX / 3 ? 0 : n * 3) {
		for (uint64_t less = 0; less < 2; less++) {
			snprintf(want, sizeof(want), "%llu",
				 (unsigned long long)(n - less));
			*digits_put(got, n - less) = '\0';
			CHECK(!strcmp(got, want));
		}
	}
	*digits_put(got, UINT64_MAX) = '\0';
	CHECK(!strcmp(got, "18446744073709551615"));
}
