/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexwatch - the checksum of a recording's chunks */
#ifndef FXW_TRACE_CRC_H
#define FXW_TRACE_CRC_H

#include <stddef.h>
#include <stdint.h>

/*
 * CRC-32 as zlib and Ethernet have it (0xedb88320). @crc is 0 to begin, or
 * what came of the bytes before.
 */
uint32_t fxw_crc_add(uint32_t crc, const void *data, size_t len);

#endif /* FXW_TRACE_CRC_H */
