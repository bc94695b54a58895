// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the terminal as a page of lines; nobody else knows ncurses */

#include "screen.h"

#include <curses.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <term.h>
#include <unistd.h>

#include "talk.h"
#include "text.h"

static SCREEN *terminal;

void screen_check(void)
{
	const char *name = getenv("TERM");
	int problem;

	if (name && *name && setupterm(NULL, STDOUT_FILENO, &problem) == OK &&
	    cursor_address)
		return;
	die(FXW_EXIT_FAILED,
	    "the terminal '%s' cannot do a full screen (try --batch)",
	    name ? name : "");
}

void screen_close(void)
{
	if (!terminal)
		return;
	endwin();
	delscreen(terminal);
	terminal = NULL;
}

/* A crash must not leave a terminal that does not echo. */
static void crash(int signal)
{
	endwin();
	raise(signal);
}

static void catch_crashes(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL,
				       SIGABRT };
	struct sigaction action = {
		.sa_handler = crash,
		.sa_flags = SA_RESETHAND | SA_NODEFER,
	};

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &action, NULL);
}

void screen_open(bool color)
{
	terminal = newterm(NULL, stdout, stdin);
	if (!terminal)
		die(FXW_EXIT_FAILED, "cannot use the terminal (try --batch)");
	atexit(screen_close);
	talk_hook(screen_close);
	catch_crashes();
	set_term(terminal);
	set_escdelay(50);
	cbreak();
	noecho();
	nonl();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	curs_set(0);
	if (!color || !has_colors())
		return;
	start_color();
	use_default_colors();
	init_pair(SCREEN_HOT, COLOR_RED, -1);
	init_pair(SCREEN_WARM, COLOR_YELLOW, -1);
}

size_t screen_height(void)
{
	return LINES > 0 ? (size_t)LINES : 1;
}

size_t screen_width(void)
{
	return COLS > 0 ? (size_t)COLS : 1;
}

void screen_clear(void)
{
	erase();
}

void screen_show(void)
{
	refresh();
}

static attr_t attribute(enum screen_look look)
{
	switch (look) {
	case SCREEN_BOLD:
		return A_BOLD;
	case SCREEN_CHOSEN:
		return A_REVERSE;
	case SCREEN_HOT:
	case SCREEN_WARM:
		return has_colors() ? (attr_t)COLOR_PAIR(look) : A_NORMAL;
	default:
		return A_NORMAL;
	}
}

void screen_put(size_t y, enum screen_look look, const char *text)
{
	char *line = NULL;
	size_t size;
	FILE *out;

	if (y >= screen_height())
		return;
	out = open_memstream(&line, &size);
	if (!out)
		return;
	/* The chosen row is a bar over all of the width. */
	if (look == SCREEN_CHOSEN)
		text_fit(out, text, screen_width());
	else
		text_put(out, text, screen_width());
	fclose(out);
	attrset(attribute(look));
	mvaddstr((int)y, 0, line);
	attrset(A_NORMAL);
	free(line);
}

static int translate(int key)
{
	switch (key) {
	case KEY_UP:
		return SCREEN_UP;
	case KEY_DOWN:
		return SCREEN_DOWN;
	case KEY_PPAGE:
		return SCREEN_PAGE_UP;
	case KEY_NPAGE:
		return SCREEN_PAGE_DOWN;
	case KEY_HOME:
		return SCREEN_HOME;
	case KEY_END:
		return SCREEN_END;
	case KEY_ENTER:
	case '\r':
	case '\n':
		return SCREEN_ENTER;
	case 27:
		return SCREEN_ESCAPE;
	case KEY_BACKSPACE:
	case 127:
	case 8:
		return SCREEN_BACK;
	case KEY_RESIZE:
		return SCREEN_RESIZED;
	case 12: /* Ctrl-L */
		clearok(stdscr, TRUE);
		return SCREEN_RESIZED;
	default:
		return key < 256 ? key : SCREEN_NONE;
	}
}

int screen_key(void)
{
	int key = getch();

	return key == ERR ? SCREEN_NONE : translate(key);
}
