/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - which functions of io_uring are hooked (Linux 6.7 and newer)
 *
 * They run for futex requests alone, but for two that tell that a task is done
 * with what it issued: those run once a batch, or once a worker's job.
 */
#ifndef FXW_IO_HOOK_H
#define FXW_IO_HOOK_H

#include "hook_target.h"

#define FXW_IO_TARGETS 13

extern struct fxw_hook_target fxw_io_targets[FXW_IO_TARGETS];

#endif /* FXW_IO_HOOK_H */
