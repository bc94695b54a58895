/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the reader's side of the rings: mmap, poll, read. */
#ifndef FXW_READER_H
#define FXW_READER_H

#include <linux/fs.h>
#include <linux/poll.h>

__poll_t fxw_reader_poll(struct file *file, struct poll_table_struct *wait);
ssize_t fxw_reader_read(struct file *file, char __user *buf, size_t len,
			loff_t *pos);
int fxw_reader_mmap(struct file *file, struct vm_area_struct *vma);

#endif /* FXW_READER_H */
