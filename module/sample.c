// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - sampling: which waits a session takes when it may not have all. */

#include <linux/percpu.h>
#include <linux/random.h>

#include "light_wake.h"
#include "sample.h"
#include "session.h"
#include "wake.h"

DEFINE_STATIC_KEY_FALSE(fxw_sample_key);

/* Preemption is off, and no interrupt draws. */
static DEFINE_PER_CPU(u64, drawn);

/*
 * Knuth's linear congruential generator (MMIX); of its high bits, which are the
 * good ones.
 */
static u32 draw(void)
{
	u64 next = __this_cpu_read(drawn) * 6364136223846793005ULL +
		   1442695040888963407ULL;

	__this_cpu_write(drawn, next);
	return next >> 32;
}

static unsigned long take(struct fxw_waiter *w, unsigned long sessions)
{
	unsigned long left = sessions;
	struct fxw_session *s;
	u32 drawn_bits = draw(), mask;
	unsigned int i;
	u64 sampled = 0;

	for (; left; left &= left - 1) {
		i = __ffs(left);
		s = fxw_session_live(i);
		if (!s)
			continue;
		mask = READ_ONCE(s->sample_mask);
		if (!mask)
			continue;
		if (drawn_bits & mask) {
			this_cpu_inc(s->cpus->passed);
			sessions &= ~BIT(i);
			continue;
		}
		sampled |= (u64)hweight32(mask) << 4 * i;
	}
	w->sampled = sampled;
	return sessions;
}

/* What fxw_wake_edge() wants to know of who is woken. */
static void pass(struct fxw_waiter *w, u64 address)
{
	w->call.address = address;
	w->space = fxw_publish_space(current);
	w->tid = current->pid;
	w->moved_to = 0;
	smp_store_release(&w->state, FXW_PASSED); /* (E) */
}

unsigned long fxw_sample_take_slow(struct fxw_waiter *w, unsigned long sessions,
				   u64 address)
{
	unsigned long taken = take(w, sessions);

	if (!taken)
		pass(w, address);
	return taken;
}

void fxw_sample_marked(struct fxw_waiter *w)
{
	u64 address = w->call.address;
	u8 cause = fxw_wake_cause(address);

	if (w->light)
		fxw_light_edge(w, address, cause);
	else
		fxw_wake_edge(w, address, cause);
}

void fxw_sample_publish_slow(unsigned long sessions, unsigned long counted,
			     struct futexwatch_wait *rec, bool audit,
			     const struct fxw_waiter *w)
{
	unsigned int i;

	for (; sessions; sessions &= sessions - 1) {
		i = __ffs(sessions);
		fxw_sample_mark(&rec->head, w->sampled, i);
		fxw_publish_wait(BIT(i), counted & BIT(i), rec, audit);
	}
}

void fxw_sample_set(struct fxw_session *s, u32 shift)
{
	unsigned int cpu;

	if (!s->samples && shift) {
		for_each_possible_cpu(cpu)
			per_cpu(drawn, cpu) ^= get_random_u64();
		static_branch_inc(&fxw_sample_key);
		s->samples = true;
	}
	WRITE_ONCE(s->sample_mask, (1U << shift) - 1);
}

void fxw_sample_end(struct fxw_session *s)
{
	if (s->samples)
		static_branch_dec(&fxw_sample_key);
	s->samples = false;
}
