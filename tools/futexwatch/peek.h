/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - memory of another process, as it is right now */
#ifndef FUTEXWATCH_PEEK_H
#define FUTEXWATCH_PEEK_H

#include <stddef.h>
#include <stdint.h>

/*
 * Copies @len bytes at @address of process @pid (or of a thread's). Returns how
 * many could be had from the beginning on: 0 when it is not mapped, or not ours
 * to read. The process is neither stopped nor disturbed.
 */
size_t peek(uint32_t pid, uint64_t address, void *to, size_t len);

#endif /* FUTEXWATCH_PEEK_H */
