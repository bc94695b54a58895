// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - cli unit test: stacks unwound by a child, also broken ones */

#include "harness.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "sites.h"

static struct {
	struct futexwatch_stack_slot slot;
	unsigned char bytes[FUTEXWATCH_STACK_MAX];
} taken;

static unsigned int nr_done, nr_found, nr_unread;
static uint32_t last_site;

static void found(uint32_t site, const char *text, void *arg)
{
	(void)site;
	(void)arg;
	CHECK(*text);
	nr_found++;
}

static void done(const struct futexwatch_stack *stack, void *arg)
{
	(void)arg;
	nr_done++;
	nr_unread += !stack->site;
	last_site = stack->site;
}

static struct procs *procs;

static struct sites *set_up(void)
{
	const struct sites_user user = { .found = found, .done = done };

	nr_done = nr_found = nr_unread = 0;
	last_site = 0;
	procs = procs_new(true);
	return sites_new(procs, &user);
}

static void tear_down(struct sites *s)
{
	sites_free(s);
	procs_free(procs);
}

static void wait_for_all(struct sites *s)
{
	while (sites_busy(s))
		sites_wait(s);
}

/* Where the main thread's stack ends, perhaps soon. */
static uint64_t end_of_stack(void)
{
	static uint64_t end;
	FILE *file = end ? NULL : fopen("/proc/self/maps", "r");
	char line[512];

	while (file && fgets(line, sizeof(line), file)) {
		if (strstr(line, "[stack]"))
			end = strtoull(strchr(line, '-') + 1, NULL, 16);
	}
	if (file)
		fclose(file);
	return end;
}

/* This thread's stack and registers, as a system call would leave them. */
static void __attribute__((noinline, no_sanitize_address)) take_own(void)
{
	uint64_t end = end_of_stack();
	uint64_t sp, pc, bp, i, *regs = (uint64_t *)taken.slot.regs;
	uint64_t saved[6];

	__asm__ volatile(
		"mov %%rsp, %0\n\tlea 0(%%rip), %1\n\tmov %%rbp, %2\n\t"
		"mov %%rbx, %3\n\tmov %%r12, %4\n\tmov %%r13, %5\n\t"
		"mov %%r14, %6\n\tmov %%r15, %7"
		: "=r"(sp), "=r"(pc), "=r"(bp), "=m"(saved[0]), "=m"(saved[1]),
		  "=m"(saved[2]), "=m"(saved[3]), "=m"(saved[4]));
	memset(regs, 0, sizeof(taken.slot.regs));
	regs[3] = saved[0];
	regs[6] = bp;
	regs[7] = sp;
	for (i = 0; i < 4; i++)
		regs[12 + i] = saved[1 + i];
	regs[16] = pc;
	taken.slot.stack = (struct futexwatch_stack){
		.head.pid = (uint32_t)getpid(),
		.head.space = 5,
		.bytes = end - sp < 4096 ? (uint32_t)(end - sp) : 4096,
	};
	for (i = 0; i < taken.slot.stack.bytes; i++)
		taken.bytes[i] = ((volatile unsigned char *)sp)[i];
}

static void __attribute__((noinline)) from_here(void)
{
	take_own();
	__asm__ volatile("" ::: "memory");
}

static bool has_function(const struct stack *stack, const char *name)
{
	for (size_t i = 0; stack && i < stack->nr; i++) {
		if (stack->frames[i].function &&
		    !strcmp(stack->frames[i].function, name))
			return true;
	}
	return false;
}

TEST(a_stack_leads_to_its_functions)
{
	struct sites *s = set_up();

	from_here();
	sites_take(s, &taken.slot, taken.bytes);
	wait_for_all(s);
	CHECK_EQ(nr_done, 1);
	CHECK_EQ(nr_found, 1);
	CHECK(last_site != 0);
	CHECK(has_function(sites_get(s, last_site), "take_own"));
	CHECK(has_function(sites_get(s, last_site), "from_here"));
	CHECK(has_function(sites_get(s, last_site), "main"));
	tear_down(s);
}

TEST(the_same_stack_again_needs_no_child)
{
	struct sites *s = set_up();
	uint32_t site;

	from_here();
	sites_take(s, &taken.slot, taken.bytes);
	wait_for_all(s);
	site = last_site;
	last_site = 0;
	sites_take(s, &taken.slot, taken.bytes);
	CHECK(!sites_busy(s));
	CHECK_EQ(last_site, site);
	CHECK_EQ(nr_found, 1);
	tear_down(s);
}

/* Same numbers in every run. */
static uint64_t random_number(void)
{
	static uint64_t state = 88172645463325252ULL;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Each has an answer, the child lives on, and the next stack is read. */
TEST(broken_stacks_end_the_unwinding_and_nothing_else)
{
	struct sites *s = set_up();
	unsigned int i, k;

	for (i = 0; i < 400; i++) {
		from_here();
		taken.slot.stack.bytes = random_number() % 4097;
		for (k = 0; k < 20; k++)
			taken.bytes[random_number() % 4096] =
				(unsigned char)random_number();
		if (i % 4 == 1)
			taken.slot.regs[random_number() % 17] = random_number();
		if (i % 4 == 2)
			for (k = 0; k < 4096; k += 8)
				memcpy(taken.bytes + k, &taken.slot.regs[16],
				       8);
		if (i % 4 == 3)
			for (k = 0; k < 4096; k += 8)
				memcpy(taken.bytes + k, &taken.slot.regs[7], 8);
		while (sites_full(s))
			sites_wait(s);
		sites_take(s, &taken.slot, taken.bytes);
	}
	wait_for_all(s);
	CHECK_EQ(nr_done, 400);
	from_here();
	sites_take(s, &taken.slot, taken.bytes);
	wait_for_all(s);
	CHECK(has_function(sites_get(s, last_site), "main"));
	tear_down(s);
}

TEST(a_process_that_is_not_there_has_no_sites)
{
	struct sites *s = set_up();

	from_here();
	taken.slot.stack.head.pid = 0x3fffffff;
	sites_take(s, &taken.slot, taken.bytes);
	wait_for_all(s);
	CHECK_EQ(nr_done, 1);
	CHECK_EQ(nr_unread, 1);
	tear_down(s);
}

TEST(a_stack_without_bytes_is_not_read)
{
	struct sites *s = set_up();

	from_here();
	taken.slot.stack.bytes = 0;
	sites_take(s, &taken.slot, taken.bytes);
	CHECK(!sites_busy(s));
	CHECK_EQ(nr_unread, 1);
	tear_down(s);
}

static pid_t only_child(void)
{
	char line[64] = "";
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	file = fopen(path, "r");
	if (!file)
		return 0;
	if (!fgets(line, sizeof(line), file))
		*line = '\0';
	fclose(file);
	return atoi(line);
}

TEST(a_child_that_dies_is_replaced_and_its_stacks_are_unread)
{
	struct sites *s = set_up();
	pid_t child = only_child();

	if (child) {
		kill(child, SIGSTOP);
		from_here();
		sites_take(s, &taken.slot, taken.bytes);
		sites_pump(s);
		CHECK(sites_busy(s));
		kill(child, SIGKILL);
		wait_for_all(s);
		CHECK_EQ(nr_unread, 1);
		sites_take(s, &taken.slot, taken.bytes);
		wait_for_all(s);
		CHECK(last_site != 0);
	}
	tear_down(s);
}
