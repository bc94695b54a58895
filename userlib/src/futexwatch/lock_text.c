// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexwatch - lock names: text of strangers made fit for terminals and JSON */

#include "lock_parts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The bytes of the sequence that @lead begins; 0: it begins none. */
static size_t sequence(unsigned char lead, uint32_t *bits)
{
	if (lead < 0x80) {
		*bits = lead;
		return 1;
	}
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	if (lead < 0xe0) {
		*bits = lead & 0x1f;
		return 2;
	}
	if (lead < 0xf0) {
		*bits = lead & 0x0f;
		return 3;
	}
	*bits = lead & 0x07;
	return 4;
}

/* The bytes of the character at @s, 0 when it is not UTF-8. */
static size_t decode(const char *s, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = sequence((unsigned char)*s, code);
	size_t i;

	for (i = 1; i < len; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 0; /* the final 0 too */
		*code = *code << 6 | ((unsigned char)s[i] & 0x3f);
	}
	if (!len || *code < least[len] || *code > 0x10ffff ||
	    (*code >= 0xd800 && *code < 0xe000))
		return 0;
	return len;
}

/* Controls, line separators, and marks that hide or turn text around. */
static bool harmful(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0xad ||
	       code == 0x61c || (code >= 0x200b && code <= 0x200f) ||
	       (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2060 && code <= 0x206f) || code == 0xfeff ||
	       (code >= 0xfff9 && code <= 0xfffb) ||
	       (code >= 0xe0000 && code <= 0xe007f);
}

char *lock_text_clean(const char *text)
{
	char *clean = malloc(strlen(text) + 1);
	char *to = clean;
	uint32_t code;

	if (!clean)
		return NULL;
	while (*text) {
		size_t len = decode(text, &code);

		if (len && !harmful(code)) {
			memcpy(to, text, len);
			to += len;
		} else {
			*to++ = '?';
		}
		text += len ? len : 1;
	}
	*to = '\0';
	return clean;
}
