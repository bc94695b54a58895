// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - cli tests: stacks as text, and where the program's part begins */

#include "harness.h"

#include <stdint.h>

#include "kind_site.h"
#include "mem.h"
#include "stack.h"
#include "stack_copy.h"
#include "stack_text.h"

static void add(struct stack *stack, const char *function, const char *file,
		unsigned int line, const char *object)
{
	struct frame frame = { .pc = 0x1234,
			       .line = line,
			       .offset = 0x34,
			       .function = function ? mem_strdup(function)
						    : NULL,
			       .file = file ? mem_strdup(file) : NULL,
			       .object = mem_strdup(object) };

	stack_add(stack, &frame);
}

static bool text_is(const struct frame *frame, const char *want)
{
	char *text = stack_frame_text(frame);
	bool same = !strcmp(text, want);

	if (!same)
		printf("# got '%s', want '%s'\n", text, want);
	free(text);
	return same;
}

TEST(frames_in_words)
{
	struct stack s = { 0 };

	add(&s, "f", "/src/a/b.c", 12, "/bin/x");
	add(&s, "g", NULL, 0, "/bin/x");
	add(&s, NULL, NULL, 0, "/bin/x y");
	add(&s, NULL, NULL, 0, "");
	CHECK(text_is(&s.frames[0], "f (b.c:12)"));
	CHECK(text_is(&s.frames[1], "g"));
	CHECK(text_is(&s.frames[2], "x y+0x34"));
	CHECK(text_is(&s.frames[3], "0x1234"));
	stack_free(&s);
}

TEST(the_site_is_behind_the_library)
{
	struct stack s = { 0 };

	CHECK_EQ(stack_site(&s), 0);
	add(&s, "__lll_lock_wait", NULL, 0, "/lib/libc.so.6");
	CHECK_EQ(stack_site(&s), 1);
	add(&s, "pthread_mutex_lock", NULL, 0, "/opt/static");
	add(&s, "std::mutex::lock", "mutex", 7, "/opt/static");
	add(&s, "Cache::get", "c.cc", 7, "/opt/static");
	add(&s, "std::thread::run", "t.cc", 7, "/opt/static");
	CHECK_EQ(stack_site(&s), 3);
	stack_free(&s);
}

/* Whether these functions of @object are where a @kind is waited for in @site. */
static bool kind_is(const char *object, const char *const *functions,
		    const char *kind, const char *site)
{
	struct stack s = { 0 };
	const char *got;
	bool same;

	for (; *functions; functions++)
		add(&s, *functions, NULL, 0, object);
	got = kind_of_stack(&s);
	same = !strcmp(got, kind) && stack_site(&s) < s.nr &&
	       !strcmp(s.frames[stack_site(&s)].function, site);
	if (!same)
		printf("# got '%s' in frame %zu, want '%s' in %s\n", got,
		       stack_site(&s), kind, site);
	stack_free(&s);
	return same;
}

#define WAY(...) ((const char *const[]){ __VA_ARGS__, NULL })

TEST(the_way_to_a_lock_tells_its_kind)
{
	CHECK(kind_is(
		"/bin/server",
		WAY("<std::sys::sync::mutex::futex::Mutex>::lock_contended",
		    "post"),
		"mutex", "post"));
	CHECK(kind_is("/bin/server",
		      WAY("std::sys::unix::locks::futex_condvar::Condvar::wait",
			  "await"),
		      "condvar", "await"));
	CHECK(kind_is("/bin/server",
		      WAY("parking_lot_core::parking_lot::park",
			  "parking_lot::raw_mutex::RawMutex::lock_slow",
			  "core::Cache::get"),
		      "mutex", "core::Cache::get"));
	CHECK(kind_is("/bin/go",
		      WAY("runtime.futex", "runtime.futexsleep",
			  "runtime.notesleep", "runtime.stopm"),
		      "park", "runtime.stopm"));
	CHECK(kind_is("/bin/go",
		      WAY("runtime.futex", "runtime.futexsleep",
			  "runtime.lock2", "runtime.chansend"),
		      "mutex", "runtime.chansend"));
	CHECK(kind_is("/bin/postgres",
		      WAY("do_futex_wait", "__new_sem_wait_slow64",
			  "PGSemaphoreLock", "LWLockAcquire"),
		      "semaphore", "LWLockAcquire"));
	CHECK(kind_is("/bin/x",
		      WAY("syscall",
			  "std::__atomic_wait_address_bare<"
			  "std::__atomic_semaphore::f>",
			  "take"),
		      "semaphore", "take"));
	CHECK(kind_is("/bin/x",
		      WAY("syscall", "std::__atomic_wait_address<int>",
			  "std::latch::wait", "take"),
		      "atomic", "take"));
}

/* Whoever ends a wait comes through the library as well. */
TEST(wakes_have_their_site_behind_the_semaphore)
{
	CHECK(kind_is("/bin/postgres",
		      WAY("__new_sem_post", "PGSemaphoreUnlock",
			  "LWLockRelease"),
		      "semaphore", "LWLockRelease"));
}

TEST(a_java_thread_waits_for_more_than_its_condition_variable)
{
	const char *jvm = "/jvm/lib/server/libjvm.so";

	CHECK(kind_is(jvm,
		      WAY("pthread_cond_wait", "os::PlatformEvent::park",
			  "ObjectMonitor::EnterI", "ObjectMonitor::enter"),
		      "mutex", "ObjectMonitor::EnterI"));
	CHECK(kind_is(jvm,
		      WAY("pthread_cond_wait", "os::PlatformEvent::park",
			  "ObjectMonitor::wait"),
		      "condvar", "ObjectMonitor::wait"));
	CHECK(kind_is(jvm,
		      WAY("pthread_cond_wait", "Parker::park", "Unsafe_Park"),
		      "park", "Unsafe_Park"));
}

TEST(stacks_survive_the_way_between_processes)
{
	struct stack s = { 0 }, back = { 0 };
	char *text = NULL, *line, *save;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	REQUIRE(out);
	add(&s, "f(int, char)", "/a b/c.c", 12, "/bin/x");
	add(&s, NULL, NULL, 0, "");
	s.frames[1].guessed = true;
	s.frames[0].inlined = true;
	stack_write(out, &s);
	fclose(out);
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		CHECK(stack_read_line(&back, line));
	REQUIRE(back.nr == 2);
	CHECK(!strcmp(back.frames[0].function, "f(int, char)"));
	CHECK(!strcmp(back.frames[0].file, "/a b/c.c"));
	CHECK(back.frames[0].inlined && !back.frames[0].guessed);
	CHECK(!back.frames[1].function && back.frames[1].guessed);
	CHECK_EQ(back.frames[1].pc, 0x1234);
	stack_free(&s);
	stack_free(&back);
	free(text);
}

TEST(lines_that_make_no_sense_are_no_frames)
{
	static const char *const bad[] = {
		"", "x", "1 2 3", "1 2 0 0 x\tf", "1 2 0 0 5 f\tg\th", NULL
	};
	struct stack s = { 0 };

	for (int i = 0; bad[i]; i++)
		CHECK(!stack_read_line(&s, bad[i]));
	CHECK_EQ(s.nr, 0);
	CHECK(stack_read_line(&s, "1 2 0 0 5\t\033[2J"));
	CHECK(!strcmp(s.frames[0].function, "\\x1b[2J"));
	CHECK(!strcmp(s.frames[0].object, ""));
	stack_free(&s);
}

TEST(a_copy_is_read_within_its_ends)
{
	unsigned char bytes[16] = { 1, 0, 0, 0, 0, 0, 0, 0, 2 };
	struct stack_copy copy = { 0x1000, sizeof(bytes), bytes };
	uint64_t value;

	CHECK(stack_copy_read(&copy, 0, 0x1000, 8, &value) && value == 1);
	CHECK(stack_copy_read(&copy, 0, 0x1008, 8, &value) && value == 2);
	CHECK(!stack_copy_read(&copy, 4194304, 0x1009, 8, &value));
	CHECK(!stack_copy_read(&copy, 4194304, 0x1010, 4, &value));
	CHECK(!stack_copy_read(&copy, 4194304, 0xfff, 8, &value));
	CHECK(!stack_copy_read(&copy, 4194304, ~0ULL, 8, &value));
}
