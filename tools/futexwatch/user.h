/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - as whom a program is started */
#ifndef FUTEXWATCH_USER_H
#define FUTEXWATCH_USER_H

#include <stdbool.h>
#include <sys/types.h>

struct user {
	bool change; /* false: stay who we are */
	uid_t uid;
	gid_t gid;
	char *name;
	char *home;
	char *shell;
};

/*
 * @name, or else SUDO_USER when we are root: whoever says "sudo futexwatch" for
 * the sake of the device does not mean to run the program as root.
 */
void user_find(struct user *user, const char *name);

/* Becomes @user for good: 0, or -1 with errno. */
int user_become(const struct user *user);

#endif /* FUTEXWATCH_USER_H */
