// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the stack of a sleeping thread, from its registers on */

#include "unwind.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frame_name.h"
#include "map.h"
#include "mapped_file.h"
#include "mem.h"
#include "peek.h"
#include "rescue.h"

#define FRAMES_MAX 128
#define VDSO_MAX   (64U << 10)

/* DWARF's numbers of the registers. */
enum {
	X86_64_RBP = 6,
	X86_64_RSP = 7,
	X86_64_RIP = 16,
	I386_ESP = 4,
	I386_EBP = 5,
};

struct unwinder {
	Dwfl *dwfl;
	uint32_t pid;
	enum abi abi;
	const struct maps *maps;
	struct registers now; /* where the unwinding of a thread begins */
	struct stack *stack;
	struct stack_copy copy;
	struct registers last; /* of the outermost frame so far */
	bool guessed;
	const uint64_t *regs; /* all of them, of a stack that was copied */
	struct walk *walk; /* where its frames go */
	bool lacking; /* something was not in the copy */
	unsigned char *vdso;
	struct map names; /* struct stack by pc, and whether it is guessed */
};

static const struct mapping *mapping_at(const struct maps *maps, uint64_t start)
{
	const struct mapping *m = maps_find(maps, start);

	return m && m->start == start ? m : NULL;
}

/* The code that the kernel maps into each process is in no file. */
static Elf *vdso_elf(struct unwinder *u, const struct mapping *m)
{
	size_t len = m->end - m->start;

	if (u->vdso || len > VDSO_MAX)
		return NULL;
	u->vdso = mem_zalloc(len);
	if (peek(u->pid, m->start, u->vdso, len) != len)
		return NULL;
	return elf_memory((char *)u->vdso, len);
}

/* libdw keeps this with the module: here, the unwinder. */
static int find_elf(Dwfl_Module *module, void **userdata, const char *name,
		    Dwarf_Addr base, char **file_name, Elf **elf)
{
	struct unwinder *u = *userdata;
	const struct mapping *m = mapping_at(u->maps, base);
	bool very;
	int fd;

	(void)module;
	(void)name;
	if (!m)
		return -1;
	if (*m->path != '/') {
		*elf = vdso_elf(u, m);
		return -1;
	}
	fd = mapped_open(m, u->pid, &very);
	if (fd >= 0)
		*file_name = strdup(m->path);
	return fd;
}

static const Dwfl_Callbacks callbacks = {
	.find_elf = find_elf,
	/* Looks into /usr/lib/debug, and asks servers of DEBUGINFOD_URLS. */
	.find_debuginfo = dwfl_standard_find_debuginfo,
};

static pid_t next_thread(Dwfl *dwfl, void *arg, void **thread_arg)
{
	(void)dwfl;
	(void)arg;
	(void)thread_arg;
	return 0;
}

static bool get_thread(Dwfl *dwfl, pid_t tid, void *arg, void **thread_arg)
{
	(void)dwfl;
	(void)tid;
	*thread_arg = arg;
	return true;
}

static bool memory_read(Dwfl *dwfl, Dwarf_Addr address, Dwarf_Word *word,
			void *arg)
{
	struct unwinder *u = arg;

	(void)dwfl;
	/* What is not in an old copy is something else by now. */
	if (u->regs && !stack_copy_has(&u->copy, address, 8, word))
		u->lacking = true;
	if (u->regs)
		return !u->lacking;
	return stack_copy_read(&u->copy, u->pid, address,
			       u->abi == ABI_64 ? 8 : 4, word);
}

static bool set_registers(Dwfl_Thread *thread, void *arg)
{
	const struct unwinder *u = arg;
	bool narrow = u->abi == ABI_32;
	Dwarf_Word sp = u->now.sp;
	Dwarf_Word bp = u->now.bp;

	if (u->regs) {
		dwfl_thread_state_register_pc(thread, u->regs[X86_64_RIP]);
		return dwfl_thread_state_registers(thread, 0, X86_64_RIP,
						   u->regs);
	}
	dwfl_thread_state_register_pc(thread, u->now.pc);
	if (!dwfl_thread_state_registers(thread, narrow ? I386_ESP : X86_64_RSP,
					 1, &sp))
		return false;
	return !u->now.has_bp ||
	       dwfl_thread_state_registers(
		       thread, narrow ? I386_EBP : X86_64_RBP, 1, &bp);
}

static const Dwfl_Thread_Callbacks thread_callbacks = {
	.next_thread = next_thread,
	.get_thread = get_thread,
	.memory_read = memory_read,
	.set_initial_registers = set_registers,
};

/* One module for each run of mappings of one file, as the loader makes them. */
static void report_modules(struct unwinder *u)
{
	const struct maps *maps = u->maps;

	for (size_t i = 0; i < maps->nr;) {
		const struct mapping *first = &maps->list[i];
		size_t end = i + 1;
		Dwfl_Module *module;
		void **userdata;

		while (end < maps->nr && first->inode &&
		       maps->list[end].inode == first->inode &&
		       maps->list[end].device == first->device)
			end++;
		i = end;
		if ((*first->path != '/' || !first->inode) &&
		    strcmp(first->path, "[vdso]"))
			continue;
		module = dwfl_report_module(u->dwfl, first->path, first->start,
					    maps->list[end - 1].end);
		if (!module)
			continue;
		dwfl_module_info(module, &userdata, NULL, NULL, NULL, NULL,
				 NULL, NULL);
		*userdata = u;
	}
}

struct unwinder *unwinder_new(uint32_t pid, enum abi abi,
			      const struct maps *maps)
{
	struct unwinder *u = mem_zalloc(sizeof(*u));

	u->pid = pid;
	u->abi = abi;
	u->maps = maps;
	u->dwfl = dwfl_begin(&callbacks);
	if (!u->dwfl) {
		free(u);
		return NULL;
	}
	dwfl_report_begin(u->dwfl);
	report_modules(u);
	dwfl_report_end(u->dwfl, NULL, NULL);
	if (!dwfl_attach_state(u->dwfl, NULL, (pid_t)pid, &thread_callbacks,
			       u)) {
		unwinder_free(u);
		return NULL;
	}
	return u;
}

static void drop_names(void *value)
{
	stack_free(value);
	free(value);
}

void unwinder_free(struct unwinder *u)
{
	if (!u)
		return;
	map_free(&u->names, drop_names);
	dwfl_end(u->dwfl);
	free(u->vdso);
	free(u);
}

static bool get_register(Dwfl_Frame *frame, unsigned int nr, uint64_t *value)
{
	Dwarf_Word word;

	if (dwfl_frame_reg(frame, nr, &word))
		return false;
	*value = word;
	return true;
}

/*
 * libdw looks through all symbols for each name, and threads by the thousand
 * stand in the same few places.
 */
static void add_names(struct unwinder *u, Dwarf_Addr pc)
{
	struct stack *names = map_get(&u->names, pc, u->guessed);

	if (!names) {
		names = mem_zalloc(sizeof(*names));
		frame_names(u->dwfl, pc, u->guessed, names);
		map_put(&u->names, pc, u->guessed, names);
	}
	stack_append(u->stack, names);
}

static int one_frame(Dwfl_Frame *state, void *arg)
{
	struct unwinder *u = arg;
	bool narrow = u->abi == ABI_32;
	bool activation;
	Dwarf_Addr pc;

	if (!dwfl_frame_pc(state, &pc, &activation))
		return DWARF_CB_ABORT;
	/* A call is the instruction before the one that it returns to. */
	if (!activation)
		pc--;
	u->last.pc = pc;
	u->last.has_sp = get_register(state, narrow ? I386_ESP : X86_64_RSP,
				      &u->last.sp);
	u->last.has_bp = get_register(state, narrow ? I386_EBP : X86_64_RBP,
				      &u->last.bp);
	add_names(u, pc);
	u->guessed = false;
	return u->stack->nr < FRAMES_MAX ? DWARF_CB_OK : DWARF_CB_ABORT;
}

/*
 * The registers of a sleeping thread are not all known: the frame pointer is
 * not. Where the rules cannot go on without it, it is looked for.
 */
void unwinder_run(struct unwinder *u, const struct thread *thread,
		  struct stack *stack)
{
	const struct unwinding whose = { .dwfl = u->dwfl,
					 .maps = u->maps,
					 .pid = u->pid };
	struct thread after;

	u->stack = stack;
	u->guessed = false;
	u->now = (struct registers){ .pc = thread->call.pc,
				     .sp = thread->call.sp,
				     .has_sp = true };
	stack_copy_take(&u->copy, u->pid, u->maps, u->now.sp);
	if (thread_look(&after, thread->tid) ||
	    !thread_slept_on(thread, &after)) {
		stack_copy_free(&u->copy);
		return;
	}
	do {
		size_t before = stack->nr;

		dwfl_getthread_frames(u->dwfl, (pid_t)thread->tid, one_frame,
				      u);
		if (stack->nr == before)
			break;
		u->guessed = true;
	} while (stack->nr < FRAMES_MAX && u->abi == ABI_64 &&
		 rescue(&whose, &u->copy, &u->last, &u->now));
	stack_copy_free(&u->copy);
}

/* Frames go up the stack; what does not is broken, or goes round for ever. */
static int walked_frame(Dwfl_Frame *state, void *arg)
{
	struct unwinder *u = arg;
	struct walk *walk = u->walk;
	struct walked *frame = &walk->frames[walk->nr];
	Dwarf_Word sp;

	if (!dwfl_frame_pc(state, &frame->pc, &frame->innermost) ||
	    dwfl_frame_reg(state, X86_64_RSP, &sp))
		return DWARF_CB_ABORT;
	if (walk->nr && sp <= frame[-1].sp)
		return DWARF_CB_ABORT;
	frame->sp = sp;
	walk->nr++;
	return walk->nr < WALK_MAX ? DWARF_CB_OK : DWARF_CB_ABORT;
}

void unwinder_walk(struct unwinder *u, const uint64_t *regs,
		   const unsigned char *bytes, size_t len, struct walk *walk)
{
	walk->nr = 0;
	u->lacking = false;
	u->regs = regs;
	u->walk = walk;
	u->copy = (struct stack_copy){ .start = regs[X86_64_RSP],
				       .len = len,
				       .bytes = (unsigned char *)bytes };
	walk->whole =
		!dwfl_getthread_frames(u->dwfl, (pid_t)u->pid, walked_frame, u);
	/* The library takes what it cannot read for the end. */
	walk->whole = walk->whole && !u->lacking;
	u->regs = NULL;
	memset(&u->copy, 0, sizeof(u->copy));
}

void unwinder_names(struct unwinder *u, const struct walked *frame,
		    struct stack *stack)
{
	frame_names(u->dwfl, frame->innermost ? frame->pc : frame->pc - 1,
		    false, stack);
}
