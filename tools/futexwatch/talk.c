// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - what is said on stderr, and how the command ends */

#include "talk.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *current_verb;
static bool quiet_now;
static void (*before_words)(void);

void talk_verb(const char *verb)
{
	current_verb = verb;
}

void talk_hook(void (*hook)(void))
{
	before_words = hook;
}

void talk_quiet(bool quiet)
{
	quiet_now = quiet;
}

/* One sentence, one line, one write: it is not torn by the program's own. */
static void say(const char *format, va_list args)
{
	char line[4096];
	int used;
	int more;

	if (before_words)
		before_words();
	if (current_verb)
		used = snprintf(line, sizeof(line),
				"futexwatch: %s: ", current_verb);
	else
		used = snprintf(line, sizeof(line), "futexwatch: ");
	more = vsnprintf(line + used, sizeof(line) - used - 1, format, args);
	if (more > (int)sizeof(line) - used - 2)
		more = sizeof(line) - used - 2;
	used += more;
	line[used++] = '\n';
	fwrite(line, 1, used, stderr);
	fflush(stderr);
}

void note(const char *format, ...)
{
	va_list args;

	if (quiet_now)
		return;
	va_start(args, format);
	say(format, args);
	va_end(args);
}

void warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}

void die(int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	exit(status);
}

int finish_stdout(void)
{
	int err;

	if (!fflush(stdout) && !ferror(stdout))
		return FXW_EXIT_GOOD;
	err = errno;
	/* A reader that has seen enough, as in "| head", is no surprise. */
	if (err != EPIPE)
		warn("cannot write the data: %s", strerror(err));
	return FXW_EXIT_FAILED;
}
