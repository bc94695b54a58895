/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - what is said on stderr, and how the command ends */
#ifndef FUTEXWATCH_TALK_H
#define FUTEXWATCH_TALK_H

#include <stdbool.h>

/* The exit statuses of the command; scripts rely on them. */
enum {
	FXW_EXIT_GOOD = 0,
	FXW_EXIT_FAILED = 1, /* something went wrong while it ran */
	FXW_EXIT_USAGE = 2, /* the command line makes no sense */
	FXW_EXIT_DEVICE = 3, /* the device is missing or forbidden */
	FXW_EXIT_LOST = 4, /* --strict, and events were lost */
	FXW_EXIT_DEADLOCK = 5, /* why has found one */
};

/* The verb stands in every sentence from now on; NULL: none. */
void talk_verb(const char *verb);

/* Called before anything is said: gives the terminal back. NULL: nothing. */
void talk_hook(void (*hook)(void));

/* -q: notes are not said; warnings and errors are. */
void talk_quiet(bool quiet);

void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void die(int status, const char *format, ...)
	__attribute__((format(printf, 2, 3), noreturn));

/* Flushes stdout. Data that did not arrive anywhere must not look good. */
int finish_stdout(void);

#endif /* FUTEXWATCH_TALK_H */
