/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the terminal as a page of lines; nobody else knows ncurses */
#ifndef FUTEXWATCH_SCREEN_H
#define FUTEXWATCH_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

enum screen_look {
	SCREEN_PLAIN,
	SCREEN_BOLD,
	SCREEN_CHOSEN, /* the row the cursor is on */
	SCREEN_HOT, /* costs most; also told by its bar */
	SCREEN_WARM,
};

/* Keys that are no characters. */
enum screen_key {
	SCREEN_NONE = -1,
	SCREEN_UP = 0x100,
	SCREEN_DOWN,
	SCREEN_PAGE_UP,
	SCREEN_PAGE_DOWN,
	SCREEN_HOME,
	SCREEN_END,
	SCREEN_ENTER,
	SCREEN_ESCAPE,
	SCREEN_BACK,
	SCREEN_RESIZED,
};

/* Ends the command when the terminal cannot do what is needed. */
void screen_check(void);

/* Takes the terminal; it is given back however the command ends. */
void screen_open(bool color);
void screen_close(void);

size_t screen_height(void);
size_t screen_width(void);

/* A page is drawn between these two. */
void screen_clear(void);
void screen_show(void);

/* Writes @text (clean) on line @y, cut at the right edge. */
void screen_put(size_t y, enum screen_look look, const char *text);

/* The next key that was pressed, or SCREEN_NONE; it does not wait. */
int screen_key(void);

#endif /* FUTEXWATCH_SCREEN_H */
