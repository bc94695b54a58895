// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - text of strangers made fit for terminals and JSON */

#include "text.h"

#include <langinfo.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "mem.h"

bool text_utf8(void)
{
	static int known = -1;

	if (known < 0)
		known = !strcmp(nl_langinfo(CODESET), "UTF-8");
	return known;
}

/* Length of the sequence that @lead begins, 0 if it begins none. */
static size_t sequence_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead < 0xe0)
		return 2;
	if (lead >= 0xe0 && lead < 0xf0)
		return 3;
	return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

/* Decodes one character: its length, or 0 when it is not valid UTF-8. */
static size_t decode(const char *s, size_t len, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t want = len ? sequence_length((unsigned char)*s) : 0;

	if (!want || want > len)
		return 0;
	*code = (unsigned char)*s;
	if (want > 1)
		*code &= 0x7f >> want;
	for (size_t i = 1; i < want; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (s[i] & 0x3f);
	}
	if (*code < least[want] || *code > 0x10ffff ||
	    (*code >= 0xd800 && *code < 0xe000))
		return 0;
	return want;
}

/* Controls, and the marks that turn the direction of writing around. */
static bool harmful(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) ||
	       (code >= 0x200b && code <= 0x200f) ||
	       (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2060 && code <= 0x206f) || code == 0xfeff;
}

char *text_clean(const char *s, size_t len)
{
	char *clean = mem_zalloc(len * 4 + 1);
	char *to = clean;
	uint32_t code;

	while (len) {
		size_t n = decode(s, len, &code);
		size_t take = n ? n : 1;

		if (n && !harmful(code)) {
			memcpy(to, s, n);
			to += n;
		} else {
			for (size_t i = 0; i < take; i++)
				to += sprintf(to, "\\x%02x",
					      (unsigned char)s[i]);
		}
		s += take;
		len -= take;
	}
	return clean;
}

static size_t columns(uint32_t code)
{
	int width;

	/* What Latin-1 and the like have beside controls is one wide. */
	if (code < 0x80 || (code >= 0xa0 && code < 0x300))
		return 1;
	width = wcwidth((wchar_t)code);
	return width > 0 ? (size_t)width : 0;
}

/* The next character: its bytes in *@bytes, its columns as the value. */
static size_t next_columns(const char *s, size_t *bytes)
{
	uint32_t code = '?';

	*bytes = decode(s, strnlen(s, 4), &code);
	if (!*bytes)
		*bytes = 1;
	return text_utf8() ? columns(code) : 1;
}

/* How many ASCII characters @s begins with: most texts have no others. */
static size_t plain(const char *s)
{
	size_t len = 0;

	while ((signed char)s[len] > 0)
		len++;
	return len;
}

/* Letters of two bytes, C2 to CB, that columns() takes for one wide. */
#define SIMPLE_END 0xcc

static size_t count_simple(const char *s, size_t len)
{
	size_t width = 0;

	if (!text_utf8())
		return SIZE_MAX;
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)s[i] >= SIMPLE_END)
			return SIZE_MAX;
		width += (s[i] & 0xc0) != 0x80;
	}
	return width;
}

/* Any of the bytes of @s, by eight or four that may overlap. */
static uint64_t any_bit(const char *s, size_t len)
{
	uint64_t word, any = 0;
	uint32_t first, last;

	if (len >= sizeof(word)) {
		for (size_t i = 0; i < len - sizeof(word); i += sizeof(word)) {
			memcpy(&word, s + i, sizeof(word));
			any |= word;
		}
		memcpy(&word, s + len - sizeof(word), sizeof(word));
		return any | word;
	}
	if (len >= sizeof(first)) {
		memcpy(&first, s, sizeof(first));
		memcpy(&last, s + len - sizeof(last), sizeof(last));
		return first | last;
	}
	while (len--)
		any |= (unsigned char)*s++;
	return any;
}

size_t text_simple_width(const char *s, size_t len)
{
	return any_bit(s, len) & 0x8080808080808080ULL ? count_simple(s, len)
						       : len;
}

size_t text_width(const char *s)
{
	size_t width = plain(s);
	size_t bytes;

	for (s += width; *s; s += bytes)
		width += next_columns(s, &bytes);
	return width;
}

/* As much of @s as has room: what does not is left there. */
static size_t add(struct buffer *to, const char **s, size_t width)
{
	size_t used = plain(*s);
	size_t bytes;

	if (used > width)
		used = width;
	buffer_add_bytes(to, *s, used);
	for (*s += used; **s; *s += bytes) {
		size_t w = next_columns(*s, &bytes);

		if (used + w > width)
			break;
		if (bytes > 1 && !text_utf8())
			buffer_add(to, "?");
		else
			buffer_add_bytes(to, *s, bytes);
		used += w;
	}
	return used;
}

size_t text_add(struct buffer *to, const char *s, size_t width)
{
	const char *rest = s;
	size_t before = to->len;
	size_t used = add(to, &rest, width ? width : SIZE_MAX);

	if (!*rest)
		return used;
	/* Again, with room for the mark. */
	buffer_cut(to, before);
	used = width > 1 ? add(to, &s, width - 1) : 0;
	buffer_add(to, text_utf8() ? "…" : ">");
	return used + 1;
}

static void put(FILE *out, struct buffer *text)
{
	fwrite(text->s, 1, text->len, out);
	buffer_free(text);
}

void text_put(FILE *out, const char *s, size_t width)
{
	struct buffer text = { 0 };

	text_add(&text, s, width);
	put(out, &text);
}

void text_fit(FILE *out, const char *s, size_t width)
{
	struct buffer text = { 0 };

	if (!width)
		return;
	buffer_blanks(&text, width - text_add(&text, s, width));
	put(out, &text);
}

char *text_cut(const char *s, size_t width)
{
	size_t used = 0;
	size_t len = 0;
	size_t bytes;

	for (; s[len]; len += bytes) {
		used += next_columns(s + len, &bytes);
		if (used > width)
			break;
	}
	return mem_strndup(s, len);
}
