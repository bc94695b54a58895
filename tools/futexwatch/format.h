/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - numbers as people read them */
#ifndef FUTEXWATCH_FORMAT_H
#define FUTEXWATCH_FORMAT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Returned by value, so that it can be used in place: format_count(n).s */
struct format {
	char s[64];
};

struct format format_count(uint64_t n); /* 1,158,204 */
struct format format_fixed(double value, unsigned int decimals); /* 1.25 */
struct format format_count_fit(uint64_t n, size_t width); /* 1.2M if need be */
struct format format_bytes(uint64_t n); /* 1.2 MB */
struct format format_share(double part, double whole); /* 61 % */

/* The same where every one counts: 99.998 %; 100 only when it is all. */
struct format format_percent(double part, double whole);

/* Short time: one letter of unit, at most three digits: 212µ 1.9m 8.4m 1.2s */
struct format format_time(uint64_t ns);

/* Time in a sentence: 212 µs, 1.9 ms, 81.9 s, 2 h 14 min */
struct format format_time_long(uint64_t ns);

/*
 * The same for tables, which have a dozen numbers a row and may have thousands
 * of rows: written to @to, where there is room for a struct format, and
 * without printf(), which takes a thousand instructions. Returns the end.
 */
char *format_put_fixed(char *to, double value, unsigned int decimals);
char *format_put_count_fit(char *to, uint64_t n, size_t width);
char *format_put_share(char *to, double part, double whole);
char *format_put_time(char *to, uint64_t ns);
char *format_put_time_long(char *to, uint64_t ns);

/* Time in a log: 212.4µs, 9µs, 1.2ms */
struct format format_time_log(uint64_t ns);

/*
 * A histogram of FUTEXWATCH_HIST_BUCKETS counts as a row of bars, an octave
 * each, between its ends: "1 µs ▁▂█▅▁ 16 ms". Nothing when it is empty.
 */
void format_spark(FILE *out, const uint32_t *hist);

/* The same octave by octave: how many, and from what time on. */
#define FORMAT_OCTAVES 32

uint32_t format_octave(const uint32_t *hist, unsigned int octave);
uint64_t format_octave_lower(unsigned int octave);

/* One bar: @level 0 (none) to 8 (full). */
const char *format_bar(unsigned int level);

#endif /* FUTEXWATCH_FORMAT_H */
