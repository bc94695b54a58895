// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - as whom a program is started */

#include "user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "talk.h"

void user_find(struct user *user, const char *name)
{
	const struct passwd *pw;

	memset(user, 0, sizeof(*user));
	if (!name && !geteuid())
		name = getenv("SUDO_USER");
	if (!name || !*name)
		return;
	pw = getpwnam(name);
	if (!pw)
		die(FXW_EXIT_FAILED, "there is no user '%s'", name);
	if (pw->pw_uid == geteuid() && pw->pw_gid == getegid())
		return;
	if (geteuid())
		die(FXW_EXIT_FAILED,
		    "cannot run a program as '%s': only root may do that",
		    name);
	user->change = true;
	user->uid = pw->pw_uid;
	user->gid = pw->pw_gid;
	user->name = mem_strdup(pw->pw_name);
	user->home = mem_strdup(pw->pw_dir);
	user->shell = mem_strdup(pw->pw_shell);
}

int user_become(const struct user *user)
{
	if (!user->change)
		return 0;
	/* The groups first: afterwards it would not be allowed any more. */
	if (initgroups(user->name, user->gid) ||
	    setresgid(user->gid, user->gid, user->gid) ||
	    setresuid(user->uid, user->uid, user->uid))
		return -1;
	if (user->uid && !setuid(0)) {
		errno = EPERM;
		return -1;
	}
	if (setenv("USER", user->name, 1) || setenv("LOGNAME", user->name, 1) ||
	    setenv("HOME", user->home, 1) || setenv("SHELL", user->shell, 1))
		return -1;
	return 0;
}
