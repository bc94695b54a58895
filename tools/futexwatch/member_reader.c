// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the process that reads the debug information of one file */

#include "member_reader.h"

#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "dwarf_member.h"
#include "dwarf_var.h"
#include "text.h"

/* It is a look at most; whoever waits for it has given up long before. */
#define CPU_SECONDS 60
#define MEMORY_MAX  (8ULL << 30)

struct reader {
	Dwfl *dwfl;
	Dwarf *dwarf; /* NULL: there is none */
	struct vars vars;
	FILE *out;
};

/* Nothing of the tool's is to stay open or to be written to from here. */
static void leave(int fd, int talk)
{
	const struct rlimit none = { 0, 0 };
	const struct rlimit cpu = { CPU_SECONDS, CPU_SECONDS };
	const struct rlimit memory = { MEMORY_MAX, MEMORY_MAX };
	int null = open("/dev/null", O_RDWR);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setrlimit(RLIMIT_CORE, &none);
	setrlimit(RLIMIT_CPU, &cpu);
#ifndef __SANITIZE_ADDRESS__
	setrlimit(RLIMIT_AS, &memory);
#else
	(void)memory;
#endif
	for (int i = 0; i < 3; i++)
		dup2(null, i);
	/* In this order neither copy falls on the other. */
	fd = fcntl(fd, F_DUPFD, 64);
	talk = fcntl(talk, F_DUPFD, 65);
	dup2(fd, 3);
	dup2(talk, 4);
	close_range(5, ~0U, 0);
	setpriority(PRIO_PROCESS, 0, 10);
}

static void open_debug(struct reader *r, int fd)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_build_id_find_elf,
		/* By build-id or link; from servers if DEBUGINFOD_URLS is set. */
		.find_debuginfo = dwfl_standard_find_debuginfo,
		.section_address = dwfl_offline_section_address,
	};
	Dwfl_Module *module;
	Dwarf_Addr bias;

	r->dwfl = dwfl_begin(&callbacks);
	if (!r->dwfl)
		return;
	module = dwfl_report_offline(r->dwfl, "program", "/proc/self/fd/3", fd);
	dwfl_report_end(r->dwfl, NULL, NULL);
	if (module)
		r->dwarf = dwfl_module_getdwarf(module, &bias);
}

static struct var *find(struct reader *r, uint64_t address)
{
	struct var *var;

	if (!r->dwarf)
		return NULL;
	if (!r->vars.nr && !r->vars.deep)
		vars_read(&r->vars, r->dwarf, false);
	var = vars_find(&r->vars, address);
	/* Those within functions are rarer and take longer to find. */
	if (!var && !r->vars.deep) {
		vars_read(&r->vars, r->dwarf, true);
		var = vars_find(&r->vars, address);
	}
	return var;
}

static void answer(struct reader *r, uint64_t address)
{
	struct var *var = find(r, address);
	struct member_path path;
	char *name, *clean;
	const char *raw;

	fprintf(r->out, "%llx", (unsigned long long)address);
	if (!var) {
		fputc('\n', r->out);
		return;
	}
	dwarf_member(&var->type, address - var->address, &path);
	raw = dwarf_diename(&var->die);
	name = text_clean(raw, strlen(raw));
	clean = text_clean(path.text, strlen(path.text));
	fprintf(r->out, " @%llx %s ", (unsigned long long)var->address,
		path.kind);
	/* A path has no blanks, or is cut at the first. */
	fprintf(r->out, "%.*s %s\n", (int)strcspn(clean, " "), clean, name);
	free(clean);
	free(name);
}

_Noreturn void member_reader(int fd, int talk)
{
	struct reader r = { 0 };
	char line[64];
	FILE *in;

	leave(fd, talk);
	in = fdopen(4, "r");
	r.out = fdopen(dup(4), "w");
	if (!in || !r.out)
		_exit(1);
	open_debug(&r, 3);
	while (fgets(line, sizeof(line), in)) {
		answer(&r, strtoull(line, NULL, 16));
		fflush(r.out);
	}
	_exit(0);
}
