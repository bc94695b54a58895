/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexwatch - what the files of the device client share about a session */
#ifndef FXW_CLIENT_SESSION_H
#define FXW_CLIENT_SESSION_H

#include <stddef.h>

#include <futexwatch/client.h>

#include "client_merge.h"
#include "client_stacks.h"

struct futexwatch_session {
	int fd;
	struct futexwatch_info info; /* as it was when the session was opened */
	void *ctl; /* mapping of the control pages, NULL without a ring */
	size_t ctl_size;
	void *data; /* mapping of the records, NULL without a ring */
	size_t data_size;
	struct fxw_merge merge; /* empty without a ring */
	void *stack_data; /* mapping of the stacks, NULL without */
	size_t stack_size;
	struct fxw_stacks stacks;
};

/* ioctl(2) that returns -errno, goes on after signals and spares errno. */
int fxw_session_ioctl(const struct futexwatch_session *s, unsigned long call,
		      void *arg);

#endif /* FXW_CLIENT_SESSION_H */
