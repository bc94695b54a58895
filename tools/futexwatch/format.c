// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - numbers as people read them */

#include "format.h"

#include <string.h>

#include <futexwatch/client.h>

#include "digits.h"
#include "text.h"

#define NS_PER_US  1000ULL
#define NS_PER_MS  1000000ULL
#define NS_PER_SEC 1000000000ULL

/* @s and its end: short, and mostly empty or a letter. */
static char *put_text(char *to, const char *s)
{
	while ((*to = *s++))
		to++;
	return to;
}

/* At most three decimals; @value is not negative. */
char *format_put_fixed(char *to, double value, unsigned int decimals)
{
	static const uint64_t powers[] = { 1, 10, 100, 1000 };
	uint64_t one = powers[decimals];
	uint64_t n = (uint64_t)(value * (double)one + 0.5);

	to = digits_put(to, n / one);
	if (decimals) {
		*to++ = '.';
		for (n %= one; one > 1; n %= one) {
			one /= 10;
			*to++ = (char)('0' + n / one);
		}
	}
	*to = '\0';
	return to;
}

struct format format_fixed(double value, unsigned int decimals)
{
	struct format out;

	format_put_fixed(out.s, value, decimals);
	return out;
}

static char *put_count(char *to, uint64_t n)
{
	if (n < 1000) {
		to = digits_put(to, n);
	} else {
		to = put_count(to, n / 1000);
		*to++ = ',';
		to = digits_three(to, (unsigned int)(n % 1000));
	}
	*to = '\0';
	return to;
}

struct format format_count(uint64_t n)
{
	struct format out;

	put_count(out.s, n);
	return out;
}

char *format_put_count_fit(char *to, uint64_t n, size_t width)
{
	static const char units[] = " kMGTPE";
	char *end = put_count(to, n);
	double value = (double)n;
	size_t i = 0;

	if (n < 1000 || (size_t)(end - to) <= width)
		return end;
	for (; value >= 999.5 && i < strlen(units) - 1; i++)
		value /= 1000;
	to = format_put_fixed(to, value, value < 9.95);
	*to++ = units[i];
	*to = '\0';
	return to;
}

struct format format_count_fit(uint64_t n, size_t width)
{
	struct format out;

	format_put_count_fit(out.s, n, width);
	return out;
}

struct format format_bytes(uint64_t n)
{
	static const char *const units[] = { "bytes", "kB", "MB", "GB", "TB" };
	struct format out;
	double value = (double)n;
	size_t i = 0;

	for (; value >= 999.5 && i < 4; i++)
		value /= 1000;
	snprintf(out.s, sizeof(out.s),
		 i && value < 99.95 ? "%.1f %s" : "%.0f %s", value, units[i]);
	return out;
}

/* Neither nothing nor all is said when it is only nearly so. */
char *format_put_share(char *to, double part, double whole)
{
	double percent = whole > 0 ? 100 * part / whole : 0;

	if (part < whole && percent > 99)
		percent = 99;
	if (part > 0 && percent < 1)
		return put_text(to, "<1 %");
	return put_text(format_put_fixed(to, percent, 0), " %");
}

struct format format_share(double part, double whole)
{
	struct format out;

	format_put_share(out.s, part, whole);
	return out;
}

struct format format_percent(double part, double whole)
{
	double percent = whole > 0 ? 100 * part / whole : 0;
	struct format out;

	/* 100 is said only when it is all. */
	if (part < whole && percent > 99)
		snprintf(out.s, sizeof(out.s), "%.*f %%",
			 percent < 99.9 ? 1 : 3,
			 percent < 99.999 ? percent : 99.999);
	else
		snprintf(out.s, sizeof(out.s), "%.0f %%", percent);
	return out;
}

static const char *micro(void)
{
	return text_utf8() ? "µ" : "u";
}

/* The unit in which @ns has at most three digits; *@value is it in that. */
static const char *scale(uint64_t ns, double *value)
{
	*value = (double)ns;
	if (*value < 999.5)
		return "n";
	*value /= 1000;
	if (*value < 999.5)
		return micro();
	*value /= 1000;
	if (*value < 999.5)
		return "m";
	*value /= 1000;
	return "";
}

char *format_put_time(char *to, uint64_t ns)
{
	const char *unit;
	double value;

	if (!ns)
		return put_text(to, "0");
	unit = scale(ns, &value);
	if (!*unit && value >= 999.5) {
		value /= 3600;
		unit = "h";
	} else if (!*unit) {
		unit = "s";
	}
	/* 9.96 must not become 10.0: three digits are the limit. */
	to = format_put_fixed(to, value, *unit != 'n' && value < 9.95);
	return put_text(to, unit);
}

struct format format_time(uint64_t ns)
{
	struct format out;

	format_put_time(out.s, ns);
	return out;
}

static char *put_span(char *to, uint64_t seconds)
{
	unsigned long long days = seconds / 86400;
	unsigned long long hours = seconds / 3600 % 24;
	unsigned long long minutes = seconds / 60 % 60;

	if (days)
		return to + sprintf(to, "%llu d %llu h", days, hours);
	if (hours)
		return to + sprintf(to, "%llu h %llu min", hours, minutes);
	return to + sprintf(to, "%llu min %llu s", minutes,
			    (unsigned long long)seconds % 60);
}

char *format_put_time_long(char *to, uint64_t ns)
{
	const char *unit;
	unsigned int decimals;
	double value;

	if (ns >= 600 * NS_PER_SEC)
		return put_span(to, ns / NS_PER_SEC);
	unit = scale(ns, &value);
	decimals = *unit == 'n' ? 0 : value < 9.95;
	if (!*unit && value < 99.95)
		decimals = value < 9.995 ? 2 : 1;
	to = format_put_fixed(to, value, decimals);
	return put_text(put_text(put_text(to, " "), unit), "s");
}

struct format format_time_long(uint64_t ns)
{
	struct format out;

	format_put_time_long(out.s, ns);
	return out;
}

struct format format_time_log(uint64_t ns)
{
	struct format out;
	const char *unit;
	double value;

	unit = scale(ns, &value);
	snprintf(out.s, sizeof(out.s), "%.*f%ss",
		 *unit == 'n' || value == (double)(uint64_t)value ? 0 : 1,
		 value, unit);
	return out;
}

const char *format_bar(unsigned int level)
{
	static const char *const fine[] = { " ", "▁", "▂", "▃", "▄",
					    "▅", "▆", "▇", "█" };
	static const char *const plain[] = { " ", ".", ":", "-", "=",
					     "+", "*", "%", "#" };

	if (level > 8)
		level = 8;
	return text_utf8() ? fine[level] : plain[level];
}

/* Four buckets make an octave; bucket 0 belongs to the first. */
uint32_t format_octave(const uint32_t *hist, unsigned int octave)
{
	uint32_t sum = octave ? 0 : hist[0];

	for (unsigned int i = 1 + 4 * octave; i < 5 + 4 * octave; i++) {
		if (i < FUTEXWATCH_HIST_BUCKETS)
			sum += hist[i];
	}
	return sum;
}

uint64_t format_octave_lower(unsigned int octave)
{
	return octave ? futexwatch_hist_lower(1 + 4 * octave) : 0;
}

void format_spark(FILE *out, const uint32_t *hist)
{
	unsigned int first = FORMAT_OCTAVES;
	unsigned int last = 0;
	uint64_t most = 0;

	for (unsigned int o = 0; o < FORMAT_OCTAVES; o++) {
		uint64_t n = format_octave(hist, o);

		if (n && first == FORMAT_OCTAVES)
			first = o;
		last = n ? o : last;
		most = n > most ? n : most;
	}
	if (first == FORMAT_OCTAVES)
		return;
	fprintf(out, "%s ", format_time_long(format_octave_lower(first)).s);
	for (unsigned int o = first; o <= last; o++) {
		uint64_t n = format_octave(hist, o);

		fputs(format_bar(n ? 1 + (unsigned int)(n * 7 / most) : 0),
		      out);
	}
	fprintf(out, " %s", format_time_long(format_octave_lower(1) << last).s);
}
