// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: stacks of long waits, and of who ended them */

#include "harness.h"

#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../programs/worker.h"
#include "device.h"

#define STACKS FUTEXWATCH_CFG_STACKS
#define RING   FUTEXWATCH_CFG_RING
#define NARROW (sizeof(long) == 4)

#define HOUR_NS 3600000000000ULL
#define ALL	1000000000U /* a rate that leaves nothing out */

static uint32_t word;

static union {
	struct futexwatch_stack_slot slot;
	unsigned char bytes[MAX_STACK];
} got;

static struct futexwatch_config stack_config(uint32_t flags)
{
	struct futexwatch_config cfg = own_config(STACKS | flags);

	cfg.stack_rate = ALL;
	only_words(&cfg, &word, &word);
	return cfg;
}

/* Where in the copied stack @address stands, from @from on; -1: nowhere. */
static int place_of(const void *address, int from)
{
	const unsigned char *stack = got.bytes + sizeof(got.slot);
	int i;

	for (i = from; i + 8 <= (int)got.slot.stack.bytes; i += 8) {
		if (!memcmp(stack + i, &address, sizeof(address)))
			return i;
	}
	return -1;
}

/* A chain of calls that knows where each of them goes back to. */
static const void *back_to_middle, *back_to_outer;

static long __attribute__((noinline)) inner(const struct call *call)
{
	long ret;

	back_to_middle = __builtin_return_address(0);
	ret = call_futex(call);
	__asm__ volatile("" ::: "memory");
	return ret;
}

static long __attribute__((noinline)) middle(const struct call *call)
{
	long ret;

	back_to_outer = __builtin_return_address(0);
	ret = inner(call);
	__asm__ volatile("" ::: "memory");
	return ret;
}

static long __attribute__((noinline)) outer(const struct call *call)
{
	long ret = middle(call);

	__asm__ volatile("" ::: "memory");
	return ret;
}

static void check_chain(void)
{
	int first;

	CHECK_EQ(got.slot.stack.head.type, FUTEXWATCH_REC_STACK);
	CHECK_EQ(got.slot.stack.head.address, (uintptr_t)&word);
	CHECK_EQ(got.slot.stack.head.pid, getpid());
	CHECK_EQ(got.slot.stack.head.tid_ns, got.slot.stack.head.tid);
	if (NARROW) {
		CHECK(got.slot.stack.head.flags & FUTEXWATCH_F_COMPAT);
		CHECK_EQ(got.slot.stack.bytes, 0);
		return;
	}
	CHECK(got.slot.stack.bytes > 0);
	CHECK_EQ(got.slot.regs[5], (uintptr_t)&word); /* rdi */
	first = place_of(back_to_middle, 0);
	CHECK(first >= 0);
	CHECK(place_of(back_to_outer, first + 8) > first);
}

TEST(a_waiters_stack_leads_back_to_where_it_came_from)
{
	struct futexwatch_config cfg = stack_config(RING);
	union futexwatch_record rec;
	struct session s;

	session_begin(&s, &cfg);
	CHECK_EQ(outer(CALL(.word = &word, .op = FUTEX_WAIT, .val = 1)),
		 -EAGAIN);
	CHECK(take_any(&s, &rec));
	CHECK(take_stack(&s, &got.slot));
	check_chain();
	CHECK_EQ(got.slot.stack.whose, FUTEXWATCH_STACK_WAITER);
	CHECK_EQ(got.slot.stack.head.op, FUTEXWATCH_OP_WAIT);
	CHECK_EQ(got.slot.stack.head.ret, -EAGAIN);
	CHECK_EQ(got.slot.stack.head.tid, gettid());
	CHECK_EQ(got.slot.stack.head.time_ns, rec.head.time_ns);
	CHECK_EQ(got.slot.stack.head.space, rec.head.space);
	CHECK_EQ(got.slot.stack.id, rec.wait.id);
	CHECK_EQ(got.slot.stack.wait_ns, rec.wait.wait_ns);
	CHECK(!take_stack(&s, &got.slot));
	session_close(&s);
}

TEST(a_wakers_stack_leads_back_to_where_it_came_from)
{
	struct futexwatch_config cfg = stack_config(RING);
	union futexwatch_record rec;
	unsigned int wakers = 0;
	struct worker w;
	struct session s;
	uint64_t id = 0;

	worker_start(&w);
	session_begin(&s, &cfg);
	worker_sleep_in(&w, CALL(.word = &word, .op = FUTEX_WAIT));
	CHECK_EQ(outer(CALL(.word = &word, .op = FUTEX_WAKE, .val = 1)), 1);
	worker_expect(&w, 0);
	/* This one wakes nobody. */
	CHECK_EQ(outer(CALL(.word = &word, .op = FUTEX_WAKE, .val = 1)), 0);
	must_stop(s.fd);
	while (take_any(&s, &rec)) {
		if (rec.head.type == FUTEXWATCH_REC_WAIT)
			id = rec.wait.id;
	}
	while (take_stack(&s, &got.slot)) {
		CHECK_EQ(got.slot.stack.id, id);
		if (got.slot.stack.whose != FUTEXWATCH_STACK_WAKER)
			continue;
		wakers++;
		CHECK_EQ(got.slot.stack.head.op, FUTEXWATCH_OP_WAKE);
		CHECK_EQ(got.slot.stack.head.tid, gettid());
		CHECK(got.slot.stack.wait_ns > 0);
		check_chain();
	}
	CHECK_EQ(wakers, 1);
	CHECK_EQ(must_count(s.fd, FUTEXWATCH_CPU_ALL).stacks_wanted, 2);
	session_close(&s);
	worker_end(&w);
}

/* A session that is alone and wants all has a way of its own for wakes. */
TEST(a_session_for_all_has_a_wakers_stack_too)
{
	struct futexwatch_config cfg = stack_config(RING);
	unsigned int wakers = 0;
	struct worker w;
	struct session s;

	cfg.nr_pids = 0;
	cfg.pids = 0;
	cfg.addr_first = 0;
	cfg.addr_last = 0;
	worker_start(&w);
	session_begin(&s, &cfg);
	worker_sleep_in(&w, CALL(.word = &word, .op = FUTEX_WAIT));
	CHECK_EQ(outer(CALL(.word = &word, .op = FUTEX_WAKE, .val = 1)), 1);
	worker_expect(&w, 0);
	must_stop(s.fd);
	while (take_stack(&s, &got.slot)) {
		if (got.slot.stack.whose != FUTEXWATCH_STACK_WAKER ||
		    got.slot.stack.head.address != (uintptr_t)&word ||
		    got.slot.stack.head.tid != (uint32_t)gettid())
			continue;
		wakers++;
		check_chain();
	}
	CHECK_EQ(wakers, 1);
	session_close(&s);
	worker_end(&w);
}

TEST(a_wake_of_many_has_one_stack)
{
	struct futexwatch_config cfg = stack_config(0);
	unsigned int i, wakers = 0, waiters = 0;
	struct worker w[3];
	struct session s;

	for (i = 0; i < 3; i++)
		worker_start(&w[i]);
	session_begin(&s, &cfg);
	for (i = 0; i < 3; i++)
		worker_sleep_in(&w[i], CALL(.word = &word, .op = FUTEX_WAIT));
	expect_call(3, CALL(.word = &word, .op = FUTEX_WAKE, .val = 3));
	for (i = 0; i < 3; i++)
		worker_expect(&w[i], 0);
	must_stop(s.fd);
	while (take_stack(&s, &got.slot)) {
		if (got.slot.stack.whose == FUTEXWATCH_STACK_WAKER)
			wakers++;
		else
			waiters++;
	}
	CHECK_EQ(wakers, 1);
	CHECK_EQ(waiters, 3);
	session_close(&s);
	for (i = 0; i < 3; i++)
		worker_end(&w[i]);
}

/* Waits that time out after @ms each. */
static void time_out(unsigned int n, long ms)
{
	const struct timespec ts = { 0, ms * 1000000 };

	while (n--)
		expect_call(-ETIMEDOUT, CALL(.word = &word, .op = FUTEX_WAIT,
					     .timeout = &ts));
}

TEST(only_waits_over_the_threshold_have_stacks)
{
	struct futexwatch_config cfg = stack_config(RING);
	unsigned int over = 0, stacks = 0;
	union futexwatch_record rec;
	struct session s;

	cfg.stack_min_ns = 20000000;
	session_begin(&s, &cfg);
	time_out(10, 1);
	time_out(5, 25);
	must_stop(s.fd);
	/* How long they took is the machine's affair. */
	while (take_any(&s, &rec))
		over += rec.wait.wait_ns >= cfg.stack_min_ns;
	for (; take_stack(&s, &got.slot); stacks++)
		CHECK(got.slot.stack.wait_ns >= cfg.stack_min_ns);
	CHECK(over >= 5);
	CHECK_EQ(stacks, over);
	session_close(&s);
}

TEST(a_threshold_that_nobody_reaches_costs_no_stack)
{
	struct futexwatch_config cfg = stack_config(0);
	struct worker w;
	struct session s;

	cfg.stack_min_ns = HOUR_NS;
	worker_start(&w);
	session_begin(&s, &cfg);
	worker_sleep_in(&w, CALL(.word = &word, .op = FUTEX_WAIT));
	expect_call(1, CALL(.word = &word, .op = FUTEX_WAKE, .val = 1));
	worker_expect(&w, 0);
	CHECK(!take_stack(&s, &got.slot));
	CHECK_EQ(must_count(s.fd, FUTEXWATCH_CPU_ALL).stacks_wanted, 0);
	session_close(&s);
	worker_end(&w);
}

TEST(who_does_not_ask_for_stacks_gets_none)
{
	struct futexwatch_config cfg = own_config(RING);
	struct session s;

	only_words(&cfg, &word, &word);
	session_open(&s, &cfg);
	CHECK_EQ(s.cfg.stack_size, 0);
	CHECK_EQ(s.cfg.ctl_size, s.nr_rings * 4096);
	must_start(s.fd);
	wait_in_vain(&word);
	CHECK_EQ(must_count(s.fd, FUTEXWATCH_CPU_ALL).stacks_wanted, 0);
	session_close(&s);
}

#define STACK_SIZE (256UL << 10)

static void *wait_once(void *arg)
{
	(void)arg;
	wait_in_vain(&word);
	return NULL;
}

/* Behind the stack is nothing that could be copied. */
TEST(a_stack_is_copied_to_its_end)
{
	struct futexwatch_config cfg = stack_config(0);
	unsigned char *area = mmap(NULL, STACK_SIZE + 4096, PROT_NONE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pthread_attr_t attr;
	pthread_t thread;
	struct session s;

	if (area == MAP_FAILED ||
	    mprotect(area, STACK_SIZE, PROT_READ | PROT_WRITE))
		bail_out("no stack");
	pthread_attr_init(&attr);
	pthread_attr_setstack(&attr, area, STACK_SIZE);
	cfg.stack_bytes = FUTEXWATCH_STACK_MAX;
	session_begin(&s, &cfg);
	CHECK_EQ(pthread_create(&thread, &attr, wait_once, NULL), 0);
	pthread_join(thread, NULL);
	CHECK(take_stack(&s, &got.slot));
	if (!NARROW)
		CHECK_EQ(got.slot.regs[7] + got.slot.stack.bytes,
			 (uintptr_t)area + STACK_SIZE);
	session_close(&s);
	pthread_attr_destroy(&attr);
	munmap(area, STACK_SIZE + 4096);
}

#ifdef __x86_64__
/* The call is made with a stack pointer that leads nowhere. */
static long wait_without_stack(unsigned long sp)
{
	register long arg4 __asm__("r10") = 0;
	long ret;

	__asm__ volatile("mov %%rsp, %%r12\n\t"
			 "mov %[sp], %%rsp\n\t"
			 "syscall\n\t"
			 "mov %%r12, %%rsp"
			 : "=a"(ret)
			 : "a"(SYS_futex), "D"(&word),
			   "S"(FUTEX_WAIT | FUTEX_PRIVATE_FLAG), "d"(1),
			   "r"(arg4), [sp] "r"(sp)
			 : "rcx", "r11", "r12", "memory");
	return ret;
}

TEST(a_stack_pointer_may_be_anything)
{
	static const unsigned long sps[] = {
		0,
		8,
		0x7ffffffffff8,
		0x800000000000,
		0xffff800000000000,
		0xffffffff81000000,
		0xfffffffffffffff8,
		~0UL,
	};
	struct futexwatch_config cfg = stack_config(0);
	struct session s;
	unsigned int i;

	session_begin(&s, &cfg);
	for (i = 0; i < sizeof(sps) / sizeof(sps[0]); i++) {
		CHECK_EQ(wait_without_stack(sps[i]), -EAGAIN);
		CHECK(take_stack(&s, &got.slot));
		CHECK_EQ(got.slot.regs[7], sps[i]);
		CHECK_EQ(got.slot.stack.bytes, 0);
	}
	session_close(&s);
}
#endif
