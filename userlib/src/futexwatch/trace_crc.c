// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexwatch - recording checksum: CRC-32, eight bytes at a time */

#include "trace_crc.h"

#include <endian.h>
#include <string.h>

#define POLYNOMIAL 0xedb88320

/* tables[n]: CRC of each byte with @n zeros after it. */
static uint32_t tables[8][256];

/* At load, so that nobody has to ask whether they are there. */
__attribute__((constructor)) static void make_tables(void)
{
	unsigned int n, i;

	for (i = 0; i < 256; i++) {
		uint32_t crc = i;

		for (n = 0; n < 8; n++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
		tables[0][i] = crc;
	}
	for (n = 1; n < 8; n++) {
		for (i = 0; i < 256; i++) {
			uint32_t crc = tables[n - 1][i];

			tables[n][i] = crc >> 8 ^ tables[0][crc & 255];
		}
	}
}

/* The first byte has seven behind it, the last none. */
static uint32_t add_eight(uint32_t crc, const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	word = le64toh(word) ^ crc;
	return tables[7][word & 255] ^ tables[6][word >> 8 & 255] ^
	       tables[5][word >> 16 & 255] ^ tables[4][word >> 24 & 255] ^
	       tables[3][word >> 32 & 255] ^ tables[2][word >> 40 & 255] ^
	       tables[1][word >> 48 & 255] ^ tables[0][word >> 56];
}

uint32_t fxw_crc_add(uint32_t crc, const void *data, size_t len)
{
	const uint8_t *at = data;

	crc = ~crc;
	for (; len >= 8; len -= 8, at += 8)
		crc = add_eight(crc, at);
	while (len--)
		crc = crc >> 8 ^ tables[0][(crc ^ *at++) & 255];
	return ~crc;
}
