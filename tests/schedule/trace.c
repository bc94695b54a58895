// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: a schedule for people to read */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "world.h"

struct symbol {
	uint64_t address;
	uint64_t size;
	char *name;
};

bool tracing;
static struct symbol *symbols;
static size_t symbol_count;

static const char *self_path(void)
{
	static char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	path[len < 0 ? 0 : len] = '\0';
	return path;
}

static FILE *run_tool(const char *format, const char *arg)
{
	char command[8192];

	snprintf(command, sizeof(command), format, self_path(), arg);
	return popen(command, "r");
}

/* The variables of the program, as nm(1) lists them. */
static void read_symbols(void)
{
	struct symbol s;
	char name[256];
	FILE *nm = run_tool("nm -S --defined-only '%s' %s", "2>/dev/null");
	char kind, line[512];

	while (nm && fgets(line, sizeof(line), nm)) {
		if (sscanf(line, "%lx %lx %c %255s", &s.address, &s.size, &kind,
			   name) != 4 ||
		    !strchr("dDbBrR", kind))
			continue;
		s.name = strdup(name);
		symbols = realloc(symbols, (symbol_count + 1) * sizeof(s));
		if (!symbols || !s.name)
			abort();
		symbols[symbol_count++] = s;
	}
	if (nm)
		pclose(nm);
}

/* A few results at a time stay valid. */
const char *name_of(uint64_t address)
{
	static char texts[4][300];
	static unsigned int next;
	char *text = texts[next++ % 4];
	size_t i;

	if (!symbols)
		read_symbols();
	for (i = 0; i < symbol_count; i++) {
		const struct symbol *s = &symbols[i];

		if (address < s->address || address >= s->address + s->size)
			continue;
		if (address == s->address)
			return s->name;
		snprintf(text, sizeof(texts[0]), "%s+%lu", s->name,
			 address - s->address);
		return text;
	}
	snprintf(text, sizeof(texts[0]), "%#lx", address);
	return text;
}

/* Where in the source: the innermost function that is not a header's. */
static void print_place(const void *pc)
{
	char number[32], function[128], line[512];
	FILE *tool;

	snprintf(number, sizeof(number), "%#lx", (unsigned long)pc - 1);
	tool = run_tool("addr2line -s -f -i -e '%s' %s", number);
	while (tool && fgets(function, sizeof(function), tool) &&
	       fgets(line, sizeof(line), tool)) {
		function[strcspn(function, "\n")] = '\0';
		line[strcspn(line, " \n")] = '\0';
		if (!strncmp(line, "futex", 5)) /* the calls' headers */
			continue;
		printf("  (%s, %s)", function, line);
		break;
	}
	if (tool)
		pclose(tool);
}

void trace_line(const void *pc, const char *format, ...)
{
	va_list args;

	if (current)
		printf("#   thread %u: ", self_index());
	else
		printf("#   alone:    ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	if (pc)
		print_place(pc);
	putchar('\n');
}
