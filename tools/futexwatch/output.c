// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - where the data go */

#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <string.h>

#include "talk.h"

void output_open(const struct options *options)
{
	if (!options->output || !strcmp(options->output, "-"))
		return;
	if (!freopen(options->output, "w", stdout))
		die(FXW_EXIT_FAILED, "cannot write %s: %s", options->output,
		    strerror(errno));
}

bool output_flush(void)
{
	return !fflush(stdout) && !ferror(stdout);
}

size_t output_width(void)
{
	struct winsize size;
	const char *columns = getenv("COLUMNS");

	if (isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		return size.ws_col;
	return columns ? strtoul(columns, NULL, 10) : 0;
}
