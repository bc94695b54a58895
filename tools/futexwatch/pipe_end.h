/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - who is at the other end of a pipe */
#ifndef FUTEXWATCH_PIPE_END_H
#define FUTEXWATCH_PIPE_END_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The processes that could write into (@writes) or read from the pipe that
 * /proc calls @link ("pipe:[12345]"): how many, the lowest one in *@pid.
 * Those whose descriptors are not ours to see are not counted. It looks through
 * all of /proc, so do not ask often.
 */
size_t pipe_end(const char *link, bool writes, uint32_t *pid);

#endif /* FUTEXWATCH_PIPE_END_H */
