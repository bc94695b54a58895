/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the device's calls. */
#ifndef FXW_IOCTL_H
#define FXW_IOCTL_H

#include <linux/atomic.h>
#include <linux/fs.h>

#define FXW_VERSION "0.1.0"

/* Open files of the device. */
extern atomic_t fxw_ioctl_files;

long fxw_ioctl(struct file *file, unsigned int cmd, unsigned long arg);

#endif /* FXW_IOCTL_H */
