// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the mappings of a process, put together from its calls */

#include "side_image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* Who maps more than that in one life is not short-lived. */
#define MAPPINGS_MAX 4096

void image_free(struct image *image)
{
	while (image) {
		struct image *before = image->before;

		for (size_t i = 0; i < image->nr; i++)
			free((void *)image->list[i].path);
		free(image->list);
		free(image->exe);
		free(image);
		image = before;
	}
}

static void append(struct mapping **list, size_t *nr, const struct mapping *m,
		   uint64_t start, uint64_t end)
{
	struct mapping *to;

	if (start >= end)
		return;
	*list = mem_grow(*list, *nr, sizeof(**list));
	to = &(*list)[(*nr)++];
	*to = *m;
	to->start = start;
	to->end = end;
	if (start > m->start)
		to->offset += start - m->start;
	to->path = mem_strdup(m->path);
}

/* Mostly there is nothing in the way. */
static bool insert(struct image *image, const struct mapping *m)
{
	size_t i = image->nr;

	while (i && image->list[i - 1].end > m->start)
		i--;
	if (i < image->nr && image->list[i].start < m->end)
		return false;
	image->list = mem_grow(image->list, image->nr, sizeof(*image->list));
	memmove(&image->list[i + 1], &image->list[i],
		(image->nr - i) * sizeof(*image->list));
	image->list[i] = *m;
	image->list[i].path = mem_strdup(m->path);
	image->nr++;
	return true;
}

/* In order at all times; of what was there @m leaves the ends. */
void image_add(struct image *image, const struct mapping *m)
{
	struct mapping *list = NULL;
	bool added = false;
	size_t nr = 0;

	if (image->nr >= MAPPINGS_MAX || m->start >= m->end || insert(image, m))
		return;
	for (size_t i = 0; i < image->nr; i++) {
		const struct mapping *old = &image->list[i];

		append(&list, &nr, old, old->start,
		       old->end < m->start ? old->end : m->start);
		if (!added && old->end > m->start) {
			append(&list, &nr, m, m->start, m->end);
			added = true;
		}
		append(&list, &nr, old,
		       old->start > m->end ? old->start : m->end, old->end);
		free((void *)old->path);
	}
	if (!added)
		append(&list, &nr, m, m->start, m->end);
	free(image->list);
	image->list = list;
	image->nr = nr;
}

void image_copy(struct image *to, const struct image *from)
{
	for (size_t i = 0; i < from->nr; i++)
		append(&to->list, &to->nr, &from->list[i], from->list[i].start,
		       from->list[i].end);
	to->whole = from->whole;
	to->exe = from->exe ? mem_strdup(from->exe) : NULL;
}

static void put_line(const struct mapping *m, FILE *out)
{
	fprintf(out, "%llx-%llx r%c%c%c %08llx %02llx:%02llx %llu",
		(unsigned long long)m->start, (unsigned long long)m->end,
		m->write ? 'w' : '-', m->exec ? 'x' : '-',
		m->shared ? 's' : 'p', (unsigned long long)m->offset,
		(unsigned long long)(m->device >> 32),
		(unsigned long long)(m->device & ~0U),
		(unsigned long long)m->inode);
	fputs(*m->path ? "   " : "", out);
	/* As the kernel does it: a newline must not make a line. */
	for (const char *s = m->path; *s; s++) {
		if (*s == '\n')
			fputs("\\012", out);
		else
			fputc(*s, out);
	}
	fputc('\n', out);
}

char *image_text(const struct image *image)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	for (size_t i = 0; i < image->nr; i++)
		put_line(&image->list[i], out);
	fclose(out);
	return text;
}
