// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - where sleeping threads are: functions, files and lines */

#include "stack.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

void stack_free(struct stack *stack)
{
	for (size_t i = 0; i < stack->nr; i++) {
		free(stack->frames[i].function);
		free(stack->frames[i].file);
		free(stack->frames[i].object);
	}
	free(stack->frames);
	memset(stack, 0, sizeof(*stack));
}

void stack_add(struct stack *stack, const struct frame *frame)
{
	stack->frames = mem_grow(stack->frames, stack->nr, sizeof(*frame));
	stack->frames[stack->nr++] = *frame;
}

static char *copy_of(const char *s)
{
	return s ? mem_strdup(s) : NULL;
}

void stack_append(struct stack *stack, const struct stack *more)
{
	for (size_t i = 0; i < more->nr; i++) {
		struct frame frame = more->frames[i];

		frame.function = copy_of(frame.function);
		frame.file = copy_of(frame.file);
		frame.object = copy_of(frame.object);
		stack_add(stack, &frame);
	}
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool begins_with_any(const char *s, const char *const *list)
{
	for (; *list; list++) {
		if (!strncmp(s, *list, strlen(*list)))
			return true;
	}
	return false;
}

bool stack_object_is_runtime(const char *path)
{
	static const char *const objects[] = {
		"libc.so",	 "libc-2.",	 "libpthread", "ld-linux",
		"ld-2.",	 "libstdc++.so", "libc++.so",  "ld-musl",
		"libfutexsync.", "[vdso]",	 "linux-gate", NULL,
	};

	return begins_with_any(base_name(path), objects);
}

/* The libraries of C++ and Rust, and our own one's inner parts. */
static bool is_library_source(const char *file)
{
	static const char *const parts[] = {
		"/include/c++/",     "/src/futexsync/",	   "library/std/src/",
		"library/core/src/", "library/alloc/src/",
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (strstr(file, parts[i]))
			return true;
	}
	return false;
}

/*
 * The same functions in programs that were linked statically, or had them
 * inlined.
 */
static bool is_machinery(const struct frame *frame)
{
	static const char *const functions[] = {
		"std::",
		"__gnu_cxx::",
		"__gthread_",
		"pthread_",
		"__pthread_",
		"___pthread_",
		"__GI_",
		"__lll_",
		"lll_",
		"__libc_",
		"futex_wait",
		"futex_abstimed_wait",
		"futex_lock_pi",
		"__futex_",
		"__new_sem_",
		"__old_sem_",
		"sem_wait",
		"sem_timedwait",
		"sem_clockwait",
		"do_futex_wait",
		"__internal_",
		"fmutex_",
		"fcond_",
		"fsem_",
		"bb_get",
		"bb_put",
		"bb_pop",
		"bb_push",
		"futexsync_",
		"<std::",
		"<core::",
		"<alloc::",
		"core::ops::function::",
		"parking_lot::",
		"<parking_lot::",
		"parking_lot_core::",
		"runtime.futex",
		"runtime.lock",
		"runtime.note",
		"runtime.mPark",
		"PGSemaphore",
		"os::PlatformEvent::park",
		"os::PlatformMonitor::wait",
		"Parker::park",
		NULL,
	};
	const char *function = frame->function;

	if (frame->file && is_library_source(frame->file))
		return true;
	return stack_object_is_runtime(frame->object) ||
	       (function && (!strcmp(function, "syscall") ||
			     begins_with_any(function, functions)));
}

size_t stack_site(const struct stack *stack)
{
	size_t i = 0;

	while (i < stack->nr && is_machinery(&stack->frames[i]))
		i++;
	return i;
}

bool stack_frame_is_program(const struct frame *frame)
{
	static const char *const before_main[] = {
		"_start", "__libc_start", "start_thread",
		"clone",  "__clone",	  NULL,
	};

	return !is_machinery(frame) &&
	       !(frame->function &&
		 begins_with_any(frame->function, before_main));
}

char *stack_frame_text(const struct frame *frame)
{
	if (frame->function && frame->file)
		return mem_printf("%s (%s:%u)", frame->function,
				  base_name(frame->file), frame->line);
	if (frame->function)
		return mem_strdup(frame->function);
	if (*frame->object)
		return mem_printf("%s+0x%llx", base_name(frame->object),
				  (unsigned long long)frame->offset);
	return mem_printf("0x%llx", (unsigned long long)frame->pc);
}
