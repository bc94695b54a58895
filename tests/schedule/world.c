// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: threads as coroutines, and their state */

#include <errno.h>
#include <link.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

/* Where errno stands in each thread: the library must leave it there. */
#define ERRNO_MARK 4711

/* Of a stack this much is cleaned below its end, see run(). */
#define CLEANED 2048

struct world world;
const struct scenario *scenario;
struct thread *current;
unsigned int thread_count;

static uint8_t stacks[MAX_THREADS + 1][STACK_SIZE]
	__attribute__((aligned(4096)));
#define ALONE MAX_THREADS /* the stack of setup, idle and finish */

static uint64_t explorer_sp;
static char fault_text[512];
static bool faulty;
static void (*alone_call)(void);

/* The thread-local variables of the program: there is one real thread. */
static uint8_t *tls;
static const uint8_t *tls_image;
static size_t tls_size, tls_image_size;
static uint8_t tls_of[MAX_THREADS][256] __attribute__((aligned(16)));

/* Save what a call must keep and the stack pointer, go on with the other. */
void switch_stack(uint64_t *save, uint64_t load);
__asm__(".text\n\t.globl switch_stack\n\t.type switch_stack, @function\n"
	"switch_stack:\n\t"
	"pushq %rbp\n\tpushq %rbx\n\tpushq %r12\n\t"
	"pushq %r13\n\tpushq %r14\n\tpushq %r15\n\t"
	"movq %rsp, (%rdi)\n\tmovq %rsi, %rsp\n\t"
	"popq %r15\n\tpopq %r14\n\tpopq %r13\n\t"
	"popq %r12\n\tpopq %rbx\n\tpopq %rbp\n\tret\n\t"
	".size switch_stack, . - switch_stack\n\t"
	".section .note.GNU-stack,\"\",@progbits\n\t.text");

/* Six registers, the address to return to, and one that is never used. */
static uint64_t fresh_stack(unsigned int which, void (*entry)(void))
{
	uint64_t *sp = (uint64_t *)stack_end(which) - 8;

	memset(sp, 0, 8 * sizeof(*sp));
	sp[6] = (uint64_t)(uintptr_t)entry;
	return (uint64_t)(uintptr_t)sp;
}

uint8_t *stack_end(unsigned int thread)
{
	return stacks[thread + 1];
}

static void to_explorer(void)
{
	uint64_t own;

	switch_stack(current ? &current->sp : &own, explorer_sp);
}

void fault(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(fault_text, sizeof(fault_text), format, args);
	va_end(args);
	faulty = true;
	to_explorer();
	abort(); /* nobody comes back here */
}

static void crashed(int sig, siginfo_t *info, void *context)
{
	(void)context;
	fault("%s at address %p", sigabbrev_np(sig), info->si_addr);
}

static int find_tls(struct dl_phdr_info *info, size_t size, void *unused)
{
	int i;

	(void)size;
	(void)unused;
	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];

		if (p->p_type != PT_TLS)
			continue;
		tls = info->dlpi_tls_data;
		tls_size = p->p_memsz;
		tls_image_size = p->p_filesz;
		tls_image = (const uint8_t *)info->dlpi_addr + p->p_vaddr;
	}
	return 1; /* the program itself comes first; the rest is libc's */
}

void world_init(void)
{
	static uint8_t alternate[16384];
	stack_t stack = { .ss_sp = alternate, .ss_size = sizeof(alternate) };
	struct sigaction act = { .sa_sigaction = crashed };

	act.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
	sigaltstack(&stack, NULL);
	sigaction(SIGSEGV, &act, NULL);
	sigaction(SIGBUS, &act, NULL);
	sigaction(SIGFPE, &act, NULL);
	dl_iterate_phdr(find_tls, NULL);
	if (tls_size > sizeof(tls_of[0])) {
		fprintf(stderr, "too many thread-local variables\n");
		exit(2);
	}
	memory_init();
}

/*
 * Let a thread go on to its next operation. What lies below its stack's end is
 * left over from other runs; it must not become the unused part of a frame, or
 * equal states would look different.
 */
static const char *run(struct thread *t)
{
	unsigned int i = (unsigned int)(t - world.threads);
	int saved = errno;

	memset((uint8_t *)(uintptr_t)t->sp - CLEANED, 0, CLEANED);
	memcpy(tls, tls_of[i], tls_size);
	accesses = 0;
	current = t;
	errno = t->error;
	switch_stack(&explorer_sp, t->sp);
	t->error = errno;
	errno = saved;
	current = NULL;
	memcpy(tls_of[i], tls, tls_size);
	if (!faulty)
		return NULL;
	faulty = false;
	return fault_text;
}

/* What a thread that has ended was is no longer part of the state. */
static void ended(enum thread_status status)
{
	struct thread *t = current;

	t->status = status;
	world.live &= ~(1U << self_index());
	race_ended();
	to_explorer();
	abort();
}

static void thread_entry(void)
{
	scenario->thread[self_index()]((int)self_index());
	if (errno != ERRNO_MARK)
		fault("errno was changed to %d", errno);
	ended(DONE);
}

static void death_entry(void)
{
	thread_dies();
	ended(KILLED);
}

bool was_killed(int self)
{
	return world.threads[self].status == KILLED;
}

bool is_asleep(int self)
{
	return world.threads[self].status == ASLEEP;
}

static void forget_ended(struct thread *t)
{
	enum thread_status status = t->status;

	if (status != DONE && status != KILLED)
		return;
	memset(tls_of[t - world.threads], 0, tls_size);
	*t = (struct thread){ .status = status };
}

static void fresh_tls(uint8_t *variables)
{
	memset(variables, 0, tls_size);
	memcpy(variables, tls_image, tls_image_size);
}

static void alone_entry(void)
{
	alone_call();
	to_explorer();
	abort();
}

const char *world_alone(void (*call)(void))
{
	int saved = errno;

	if (!call)
		return NULL;
	fresh_tls(tls);
	alone_call = call;
	current = NULL;
	switch_stack(&explorer_sp, fresh_stack(ALONE, alone_entry));
	errno = saved;
	if (!faulty)
		return NULL;
	faulty = false;
	return fault_text;
}

static void thread_init(unsigned int i)
{
	struct thread *t = &world.threads[i];

	t->sp = fresh_stack(i, thread_entry);
	t->error = ERRNO_MARK;
	t->robust.list.next = &t->robust.list;
	t->robust.futex_offset = ROBUST_OFFSET;
	t->robust_prev = &t->robust.list;
	t->signals = (scenario->signalled >> i) & 1;
	t->deaths = (scenario->mortal >> i) & 1;
	fresh_tls(tls_of[i]);
}

/* The first state: each thread stands before its first operation. */
const char *world_start(void)
{
	const char *text;
	unsigned int i;

	memset(&world, 0, sizeof(world));
	memory_reset();
	for (thread_count = 0; thread_count < MAX_THREADS; thread_count++) {
		if (!scenario->thread[thread_count])
			break;
	}
	text = world_alone(scenario->setup);
	world.live = (1U << thread_count) - 1;
	world.last = MAX_THREADS;
	for (i = 0; i < thread_count; i++)
		thread_init(i);
	for (i = 0; i < thread_count && !text; i++) {
		text = run(&world.threads[i]);
		forget_ended(&world.threads[i]);
	}
	return text;
}

/* One operation of one thread, and on to its next. Return: a fault or NULL. */
const char *world_step(unsigned int thread, unsigned int action)
{
	struct thread *t = &world.threads[thread];
	const char *text;

	t->action = (uint8_t)action;
	if (action == EVENT_KILL) {
		leave_queues(thread);
		t->status = READY;
		t->action = ACTION_RUN;
		t->deaths = 0;
		t->dies = 1;
		t->signals = 0;
		t->sp = fresh_stack(thread, death_entry);
	}
	if (action != ACTION_RUN && scenario->max_events)
		world.events++;
	text = run(t);
	forget_ended(t);
	return text;
}

static void run_handler(struct thread *t)
{
	int saved = errno;

	t->signals = 0;
	t->status = READY;
	leave_queues(self_index());
	scenario->handler((int)self_index());
	errno = saved;
}

/*
 * A choice point: the thread stands before @op, and goes on when the explorer
 * says so. Return: what happens to it, ACTION_RUN or an event.
 */
unsigned int point(const struct op *op)
{
	struct thread *t = current;
	unsigned int action;

	if (!t)
		return ACTION_RUN;
	t->op = *op;
	for (;;) {
		to_explorer();
		action = t->action;
		t->action = ACTION_RUN;
		memset(&t->op, 0, sizeof(t->op));
		if (action != EVENT_SIGNAL)
			return action;
		trace(NULL, "a signal handler runs");
		run_handler(t);
		if (op->kind == OP_SLEEP)
			return EVENT_EINTR;
		t->op = *op;
	}
}

static size_t used_stack(unsigned int i)
{
	const struct thread *t = &world.threads[i];

	if (t->status == DONE || t->status == KILLED)
		return 0;
	return (uint64_t)(uintptr_t)stack_end(i) - t->sp;
}

size_t world_size_limit(void)
{
	return sizeof(world) + memory_size() + 32 +
	       thread_count * (STACK_SIZE + sizeof(tls_of[0]));
}

static uint8_t *put(uint8_t *to, const void *from, size_t size)
{
	memcpy(to, from, size);
	return to + size;
}

static const uint8_t *get(void *to, const uint8_t *from, size_t size)
{
	memcpy(to, from, size);
	return from + size;
}

/* The state as a row of bytes, of a multiple of 32. Return: how many. */
size_t world_save(uint8_t *to)
{
	uint8_t *at = to;
	unsigned int i;

	at = put(at, &world, offsetof(struct world, sleepers));
	at = put(at, world.sleepers,
		 world.sleeper_count * sizeof(world.sleepers[0]));
	at = put(at, world.facts, world.fact_count * sizeof(world.facts[0]));
	at = put(at, world.poisoned, poison_size());
	at += memory_save(at);
	for (i = 0; i < thread_count; i++) {
		at = put(at, tls_of[i], tls_size);
		at = put(at, stack_end(i) - used_stack(i), used_stack(i));
	}
	while ((at - to) % 32)
		*at++ = 0;
	return (size_t)(at - to);
}

void world_load(const uint8_t *at)
{
	unsigned int i;

	at = get(&world, at, offsetof(struct world, sleepers));
	at = get(world.sleepers, at,
		 world.sleeper_count * sizeof(world.sleepers[0]));
	at = get(world.facts, at, world.fact_count * sizeof(world.facts[0]));
	at = get(world.poisoned, at, poison_size());
	at += memory_load(at);
	for (i = 0; i < thread_count; i++) {
		at = get(tls_of[i], at, tls_size);
		at = get(stack_end(i) - used_stack(i), at, used_stack(i));
	}
}
