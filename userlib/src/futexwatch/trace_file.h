/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexwatch - files and pipes under a recording: whole reads and writes */
#ifndef FXW_TRACE_FILE_H
#define FXW_TRACE_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* All of them go on after signals, return -errno and spare errno. */

/* "-" is a copy of stdin or stdout. Returns the descriptor. */
int fxw_file_create(const char *path);
int fxw_file_open(const char *path);

/* Writes all of @len bytes: 0. Some may have been written on failure. */
int fxw_file_write(int fd, const void *data, size_t len);

/* Reads @len bytes, or fewer at the end of the file: how many. */
ssize_t fxw_file_read(int fd, void *data, size_t len);

/* Cuts a regular file to @size bytes. */
int fxw_file_cut(int fd, uint64_t size);

int fxw_file_close(int fd);

#endif /* FXW_TRACE_FILE_H */
