// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - memory that is there or the command ends */

#include "mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "talk.h"

static void *checked(void *p)
{
	if (!p)
		die(FXW_EXIT_FAILED, "out of memory");
	return p;
}

void *mem_zalloc(size_t size)
{
	return checked(calloc(1, size ? size : 1));
}

void mem_clear(void *p, size_t size)
{
	memset(p, 0, size);
}

void *mem_resize(void *p, size_t size)
{
	return checked(realloc(p, size));
}

char *mem_strdup(const char *s)
{
	return checked(strdup(s));
}

char *mem_strndup(const char *s, size_t len)
{
	return checked(strndup(s, len));
}

char *mem_printf(const char *format, ...)
{
	va_list args;
	char *s;

	va_start(args, format);
	if (vasprintf(&s, format, args) < 0)
		s = NULL;
	va_end(args);
	return checked(s);
}

void *mem_grow(void *array, size_t nr, size_t size)
{
	/* Full exactly when nr is 0 or a power of two from 4 on. */
	if (nr && (nr < 4 || nr & (nr - 1)))
		return array;
	return checked(reallocarray(array, nr ? nr * 2 : 4, size));
}
