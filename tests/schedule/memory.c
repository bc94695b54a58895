// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: the memory that threads share */

/*
 * build.mk renames .data and .bss of the objects under test, so that what is
 * theirs can be told from what is the explorer's. Stacks are not looked at.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

extern uint8_t __start_subject_data[] __attribute__((weak));
extern uint8_t __stop_subject_data[] __attribute__((weak));
extern uint8_t __start_subject_bss[] __attribute__((weak));
extern uint8_t __stop_subject_bss[] __attribute__((weak));

/* A step that makes so many plain accesses will make them for ever. */
#define MAX_ACCESSES 1000000

struct part {
	uint8_t *start;
	size_t size;
};

static struct part parts[2];
static uint8_t *image; /* of the first part, as it was when we began */
unsigned int accesses; /* plain ones in this step */

size_t memory_size(void)
{
	return parts[0].size + parts[1].size;
}

void memory_init(void)
{
	parts[0].start = __start_subject_data;
	parts[0].size = (size_t)(__stop_subject_data - __start_subject_data);
	parts[1].start = __start_subject_bss;
	parts[1].size = (size_t)(__stop_subject_bss - __start_subject_bss);
	if (memory_size() > MAX_MEMORY) {
		fprintf(stderr, "%zu bytes of static variables: too many\n",
			memory_size());
		exit(2);
	}
	image = malloc(parts[0].size + 1);
	if (!image)
		exit(2);
	memcpy(image, parts[0].start, parts[0].size);
}

void memory_reset(void)
{
	memcpy(parts[0].start, image, parts[0].size);
	memset(parts[1].start, 0, parts[1].size);
}

size_t memory_save(uint8_t *to)
{
	memcpy(to, parts[0].start, parts[0].size);
	memcpy(to + parts[0].size, parts[1].start, parts[1].size);
	return memory_size();
}

size_t memory_load(const uint8_t *from)
{
	memcpy(parts[0].start, from, parts[0].size);
	memcpy(parts[1].start, from + parts[0].size, parts[1].size);
	return memory_size();
}

/*
 * After the granules of the two parts come those of the upper ends of the
 * stacks: a thread may let others use what lies there.
 */
static int first_on_stacks(void)
{
	return (int)(parts[0].size / 4 + parts[1].size / 4) + 2;
}

int granule_of(const void *address)
{
	uintptr_t at = (uintptr_t)address;
	int first = 0;
	int i;

	for (i = 0; i < 2; i++) {
		uintptr_t start = (uintptr_t)parts[i].start;

		if (at - start < parts[i].size)
			return first + (int)(at / 4 - start / 4);
		first += (int)(parts[i].size / 4) + 1;
	}
	for (i = 0; i < (int)thread_count; i++) {
		uintptr_t start = (uintptr_t)stack_end(i) - STACK_SEEN;

		if (at - start < STACK_SEEN)
			return first + (int)(at - start) / 4;
		first += STACK_SEEN / 4;
	}
	return -1;
}

bool is_static(const void *address)
{
	int g = granule_of(address);

	return g >= 0 && g < first_on_stacks();
}

const char *granule_name(int granule)
{
	int second = (int)(parts[0].size / 4) + 1;
	int third = first_on_stacks();
	const uint8_t *at = granule < second
				    ? parts[0].start + 4 * granule
				    : parts[1].start + 4 * (granule - second);

	return granule < third ? name_of((uint64_t)(uintptr_t)at)
			       : "a thread's stack";
}

size_t poison_size(void)
{
	return (memory_size() / 4 + 2 + 7) / 8;
}

static void set_poison(void *memory, size_t size, bool on)
{
	uint8_t *at = memory;
	size_t i;

	for (i = 0; i < size; i += 4) {
		int g = granule_of(at + i);

		if (!is_static(at + i))
			fault("poison: not static memory");
		if (on)
			world.poisoned[g / 8] |= (uint8_t)(1U << g % 8);
		else
			world.poisoned[g / 8] &= (uint8_t) ~(1U << g % 8);
	}
}

void poison(void *memory, size_t size)
{
	trace(__builtin_return_address(0), "free  %s",
	      name_of((uint64_t)(uintptr_t)memory));
	if (current)
		race_free(memory, size);
	memset(memory, 0xdd, size);
	set_poison(memory, size, true);
}

void unpoison(void *memory, size_t size)
{
	set_poison(memory, size, false);
}

bool is_poisoned(const void *address, size_t size)
{
	const uint8_t *at = address;
	size_t i;

	for (i = 0; i < size; i++) {
		int g = granule_of(at + i);

		if (is_static(at + i) && world.poisoned[g / 8] & 1U << g % 8)
			return true;
	}
	return false;
}

void must_be_alive(const void *address, size_t size, const char *what)
{
	if (is_poisoned(address, size))
		fault("%s of %s, which is free", what,
		      name_of((uint64_t)(uintptr_t)address));
}

bool may_die_at(const void *address)
{
	return current && current->deaths &&
	       (is_static(address) ||
		(uintptr_t)address - (uintptr_t)&world < sizeof(world));
}

/*
 * A thread that may die may do so between two plain writes, too: the kernel
 * looks at its robust list.
 */
static void may_die_before(const void *address)
{
	struct op op = {
		.kind = OP_PLAIN,
		.address = (uint64_t)(uintptr_t)address,
	};

	if (may_die_at(address))
		point(&op);
}

/* What the compiler's instrumentation calls before each plain access. */
static void plain(const void *address, size_t size, bool write, const void *pc)
{
	if (write)
		may_die_before(address);
	if (granule_of(address) < 0)
		return;
	if (current && !is_static(address) && !race_foreign(address))
		return;
	if (current && ++accesses > MAX_ACCESSES)
		fault("goes on for ever without an atomic operation");
	trace(pc, "%s %s", write ? "write" : "read ",
	      name_of((uint64_t)(uintptr_t)address));
	must_be_alive(address, size, write ? "write" : "read");
	if (current)
		race_plain(address, size, write);
}

#define PC __builtin_return_address(0)

#define PLAIN(size)                                             \
	void __tsan_read##size(const void *address);            \
	void __tsan_read##size(const void *address)             \
	{                                                       \
		plain(address, size, false, PC);                \
	}                                                       \
	void __tsan_unaligned_read##size(const void *address);  \
	void __tsan_unaligned_read##size(const void *address)   \
	{                                                       \
		plain(address, size, false, PC);                \
	}                                                       \
	void __tsan_write##size(const void *address);           \
	void __tsan_write##size(const void *address)            \
	{                                                       \
		plain(address, size, true, PC);                 \
	}                                                       \
	void __tsan_unaligned_write##size(const void *address); \
	void __tsan_unaligned_write##size(const void *address)  \
	{                                                       \
		plain(address, size, true, PC);                 \
	}

PLAIN(1)
PLAIN(2)
PLAIN(4)
PLAIN(8)
PLAIN(16)

void __tsan_read_range(const void *address, size_t size);
void __tsan_read_range(const void *address, size_t size)
{
	plain(address, size, false, PC);
}

void __tsan_write_range(const void *address, size_t size);
void __tsan_write_range(const void *address, size_t size)
{
	plain(address, size, true, PC);
}

void __tsan_init(void);
void __tsan_init(void)
{
}

/* Each step of a thread begins or ends in a function or an operation. */
void __tsan_func_entry(const void *pc);
void __tsan_func_entry(const void *pc)
{
	(void)pc;
}

void __tsan_func_exit(void);
void __tsan_func_exit(void)
{
}

/* Calls of these functions in the objects under test lead here (build.mk). */
void *subject_memcpy(void *to, const void *from, size_t size);
void *subject_memcpy(void *to, const void *from, size_t size)
{
	plain(from, size, false, PC);
	plain(to, size, true, PC);
	return memmove(to, from, size);
}

void *subject_memset(void *to, int byte, size_t size);
void *subject_memset(void *to, int byte, size_t size)
{
	plain(to, size, true, PC);
	return memset(to, byte, size);
}
