/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - what the leaves may use
 *
 * decode, hist, filter, ring, table and bucket are plain C that runs in the
 * module, in KUnit and, under sanitizers, in user space. Whatever they need of
 * the kernel is named here; tests/unit/leaf_user.h offers the same outside.
 */
#ifndef FXW_LEAF_H
#define FXW_LEAF_H

#ifdef __KERNEL__
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/barrier.h>
#else
#include "leaf_user.h"
#endif

#include <linux/futexwatch.h>

#endif /* FXW_LEAF_H */
