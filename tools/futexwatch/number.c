// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - numbers with units, as the user types them */

#include "number.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

/* The kernel's own limit, PID_MAX_LIMIT. */
#define ID_MAX (4 * 1024 * 1024)

struct unit {
	const char *name;
	double factor;
};

static const struct unit time_units[] = {
	{ "", 1e9 },	 { "s", 1e9 },	  { "ms", 1e6 },    { "us", 1e3 },
	{ "µs", 1e3 },	 { "ns", 1 },	  { "sec", 1e9 },   { "m", 60e9 },
	{ "min", 60e9 }, { "h", 3600e9 }, { "d", 86400e9 }, { NULL, 0 },
};

static const struct unit size_units[] = {
	{ "", 1 },
	{ "k", 1024.0 },
	{ "K", 1024.0 },
	{ "M", 1048576.0 },
	{ "G", 1073741824.0 },
	{ "KiB", 1024.0 },
	{ "MiB", 1048576.0 },
	{ "GiB", 1073741824.0 },
	{ NULL, 0 },
};

static const struct unit count_units[] = {
	{ "", 1 }, { "k", 1e3 }, { "K", 1e3 }, { "M", 1e6 }, { NULL, 0 },
};

/*
 * Digits with at most one point. strtod() would also take signs, exponents,
 * "inf" and the locale's comma.
 */
static const char *decimal(const char *text, double *value)
{
	double scale = 1;

	if (!isdigit((unsigned char)*text))
		return NULL;
	for (*value = 0; isdigit((unsigned char)*text); text++)
		*value = *value * 10 + (*text - '0');
	if (*text != '.')
		return text;
	for (text++; isdigit((unsigned char)*text); text++) {
		scale /= 10;
		*value += scale * (*text - '0');
	}
	return text;
}

static bool scaled(const char *text, const struct unit *units, uint64_t *out)
{
	const struct unit *unit;
	double value;
	const char *end;

	end = decimal(text, &value);
	if (!end)
		return false;
	for (unit = units; unit->name; unit++) {
		if (!strcmp(unit->name, end))
			break;
	}
	value = value * unit->factor + 0.5;
	if (!unit->name || value >= 9.2e18)
		return false;
	*out = (uint64_t)value;
	return true;
}

bool number_time(const char *text, uint64_t *ns)
{
	return scaled(text, time_units, ns);
}

bool number_size(const char *text, uint64_t *bytes)
{
	return scaled(text, size_units, bytes) && *bytes;
}

bool number_count(const char *text, uint64_t *count)
{
	return scaled(text, count_units, count) && *count && !strchr(text, '.');
}

bool number_id(const char *text, uint32_t *id)
{
	uint64_t value = 0;

	if (!*text)
		return false;
	for (; isdigit((unsigned char)*text) && value <= ID_MAX; text++)
		value = value * 10 + (*text - '0');
	*id = (uint32_t)value;
	return !*text && value && value <= ID_MAX;
}

bool number_percent(const char *text, double *percent)
{
	text = decimal(text, percent);
	if (!text || *percent > 100)
		return false;
	return !*text || !strcmp(text, "%");
}
