// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - prime_counts: calls that the kernel refuses */

#include "kinds.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BAD_OP	    31
#define WAIT_ENOSYS 41
#define WAIT_EINVAL 43
#define WAIT_EFAULT 47
#define UPPER_HALF  59
#define NO_SUCH_OP  99
#define PAGE	    4096

static uint32_t word_upper_half;
static uint32_t word_bad_op;
static uint32_t word_wait_enosys;
static uint32_t word_wait_einval;
static uint32_t word_wait_efault[PAGE / 4] __attribute__((aligned(PAGE)));

/* Neither a wait nor a wake: nothing is counted on the word. */
static pid_t run_bad_op(void)
{
	int i;

	for (i = 0; i < BAD_OP; i++)
		expect_call(-ENOSYS,
			    CALL(.word = &word_bad_op, .op = NO_SUCH_OP));
	return getpid();
}

/* A wait with a flag that it may not have. */
static pid_t run_wait_enosys(void)
{
	int i;

	for (i = 0; i < WAIT_ENOSYS; i++)
		expect_call(-ENOSYS,
			    CALL(.word = &word_wait_enosys,
				 .op = FUTEX_WAIT | FUTEX_CLOCK_REALTIME));
	return getpid();
}

/* A wait for no bits. */
static pid_t run_wait_einval(void)
{
	int i;

	for (i = 0; i < WAIT_EINVAL; i++)
		expect_call(-EINVAL, CALL(.word = &word_wait_einval,
					  .op = FUTEX_WAIT_BITSET));
	return getpid();
}

/* The page stays reserved, so that nothing else can come to lie there. */
static pid_t run_wait_efault(void)
{
	int i;

	if (mprotect(word_wait_efault, PAGE, PROT_NONE))
		fail("mprotect: %s", strerror(errno));
	for (i = 0; i < WAIT_EFAULT; i++)
		expect_call(-EFAULT,
			    CALL(.word = word_wait_efault, .op = FUTEX_WAIT));
	return getpid();
}

/*
 * The kernel takes the low half of rax for the number of the call; whoever
 * looks at the whole register sees another call, or none.
 */
static long call_upper_half(const struct call *c)
{
#ifdef __x86_64__
	int op = worker_shared ? c->op : c->op | FUTEX_PRIVATE_FLAG;
	long ret = SYS_futex | 0x5eedL << 32;
	register long fourth __asm__("r10") = 0;

	__asm__ volatile("syscall"
			 : "+a"(ret)
			 : "D"(c->word), "S"(op), "d"(c->val), "r"(fourth)
			 : "rcx", "r11", "memory");
	return ret;
#else
	return call_futex(c);
#endif
}

static pid_t run_upper_half(void)
{
	int i;

	for (i = 0; i < UPPER_HALF; i++) {
		long ret = call_upper_half(CALL(.word = &word_upper_half,
						.op = FUTEX_WAIT, .val = 1));

		if (ret != -EAGAIN)
			fail("futex with an upper half returned %ld", ret);
	}
	return getpid();
}

static const struct expect upper_half[] = {
	{ WORD(word_upper_half), .calls = UPPER_HALF, .waits = UPPER_HALF,
	  .outcomes = { .value_changed = UPPER_HALF } },
	{ 0 },
};

static const struct expect bad_op[] = {
	{ WORD(word_bad_op), .calls = BAD_OP },
	{ 0 },
};

static const struct expect wait_enosys[] = {
	{ WORD(word_wait_enosys), .calls = WAIT_ENOSYS, .waits = WAIT_ENOSYS,
	  .outcomes = { .error = WAIT_ENOSYS } },
	{ 0 },
};

static const struct expect wait_einval[] = {
	{ WORD(word_wait_einval), .calls = WAIT_EINVAL, .waits = WAIT_EINVAL,
	  .outcomes = { .error = WAIT_EINVAL } },
	{ 0 },
};

static const struct expect wait_efault[] = {
	{ .name = "word_wait_efault",
	  .word = word_wait_efault,
	  .calls = WAIT_EFAULT,
	  .waits = WAIT_EFAULT,
	  .outcomes = { .error = WAIT_EFAULT } },
	{ 0 },
};

const struct kind failing_kinds[] = {
	{ "bad_op", run_bad_op, bad_op },
	{ "wait_enosys", run_wait_enosys, wait_enosys },
	{ "wait_einval", run_wait_einval, wait_einval },
	{ "wait_efault", run_wait_efault, wait_efault },
	{ "upper_half", run_upper_half, upper_half },
	{ 0 },
};
