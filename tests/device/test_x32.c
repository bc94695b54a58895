// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: calls of the x32 ABI are seen like the others */

#include "harness.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "../programs/worker.h"
#include "device.h"

/*
 * The bit in the number is what makes a call one of x32; any 64-bit program
 * may set it, if the kernel was booted so (syscall.x32=y on Debian).
 */
#define X32    0x40000000L
#define ARG(x) ((unsigned long)(x))
#define CALL_X32(word, op, val, time) \
	CALL(.nr = X32 | SYS_futex,   \
	     .args = { ARG(word), ARG(op), (val), ARG(time) })

static uint32_t words[4];

static bool has_x32(void)
{
#ifdef __LP64__
	return call_futex(CALL_X32(words, FUTEX_WAKE, 1, 0)) != -ENOSYS;
#else
	return false;
#endif
}

#define NEEDS_X32()                                                 \
	do {                                                        \
		if (!has_x32())                                     \
			SKIP("the kernel takes no x32 calls here"); \
	} while (0)

static void begin(struct session *s, uint32_t flags)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_RING | flags);

	only_words(&cfg, &words[0], &words[3]);
	session_begin(s, &cfg);
}

static union futexwatch_record next(struct session *s, uint8_t type)
{
	union futexwatch_record rec;

	memset(&rec, 0, sizeof(rec));
	CHECK(take_any(s, &rec));
	CHECK_EQ(rec.head.type, type);
	CHECK_EQ(rec.head.address, (uintptr_t)words);
	return rec;
}

TEST(calls_that_do_not_sleep_are_recorded)
{
	static const struct timespec soon = { .tv_nsec = 1 };
	union futexwatch_record rec;
	struct session s;

	NEEDS_X32();
	begin(&s, 0);
	expect_call(0, CALL_X32(words, FUTEX_WAKE_PRIVATE, 7, 0));
	rec = next(&s, FUTEXWATCH_REC_WAKE);
	CHECK_EQ(rec.head.op, FUTEXWATCH_OP_WAKE);
	CHECK_EQ(rec.wake.asked, 7);
	expect_call(-EAGAIN, CALL_X32(words, FUTEX_WAIT, 42, 0));
	rec = next(&s, FUTEXWATCH_REC_WAIT);
	CHECK_EQ(rec.wait.val, 42);
	CHECK_EQ(rec.wait.outcome, FUTEXWATCH_OUT_VALUE_CHANGED);
	expect_call(-ETIMEDOUT, CALL_X32(words, FUTEX_WAIT, 0, &soon));
	rec = next(&s, FUTEXWATCH_REC_WAIT);
	CHECK_EQ(rec.wait.outcome, FUTEXWATCH_OUT_TIMED_OUT);
	CHECK_EQ(take_all(&s), 0);
	session_close(&s);
}

/*
 * In a child: its wait is stopped while it sleeps, goes on as restart_syscall
 * of x32, and is woken.
 */
static void be_stopped(void)
{
	static const struct timespec long_time = { .tv_sec = 3000 };
	struct worker w;

	worker_start(&w);
	worker_sleep_in(&w, CALL_X32(words, FUTEX_WAIT, 0, &long_time));
	CHECK_EQ(kill(getpid(), SIGSTOP), 0);
	worker_wait_asleep(&w);
	expect_call(1, CALL_X32(words, FUTEX_WAKE, 1, 0));
	worker_expect(&w, 0);
	worker_end(&w);
	_exit(child_status());
}

TEST(a_wait_that_goes_on_after_a_stop_is_one_wait)
{
	union futexwatch_record rec;
	int status = -1, nr = 0;
	struct session s;
	pid_t pid;

	NEEDS_X32();
	begin(&s, FUTEXWATCH_CFG_FOLLOW);
	pid = fork();
	if (!pid)
		be_stopped();
	CHECK_EQ(waitpid(pid, &status, WUNTRACED), pid);
	CHECK(WIFSTOPPED(status));
	CHECK_EQ(kill(pid, SIGCONT), 0);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0);
	while (take_any(&s, &rec)) {
		if (rec.head.type != FUTEXWATCH_REC_WAIT)
			continue;
		nr++;
		CHECK_EQ(rec.wait.outcome, FUTEXWATCH_OUT_WOKEN);
		CHECK(rec.head.flags & FUTEXWATCH_F_RESTARTED);
		CHECK_EQ(rec.wait.waker_tid, pid);
	}
	CHECK_EQ(nr, 1);
	session_close(&s);
}
