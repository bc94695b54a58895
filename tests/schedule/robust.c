// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: what the kernel does for a thread that dies */

/*
 * It goes through the thread's list of robust futexes, as in the kernel's
 * exit_robust_list(): takes each word that has the thread's id from it, and
 * wakes one if somebody waits; and wakes one on the pending word if nobody
 * owns it. Other threads run between any two words. A link with bit 0 set leads
 * to a PI mutex: whoever waits for that gets it afterwards (futex_pi.c).
 */

#include <linux/futex.h>
#include <string.h>

#include "world.h"

#define MAX_WALK 2048

static void between(const uint32_t *word)
{
	struct op op = {
		.kind = OP_KERNEL,
		.address = (uint64_t)(uintptr_t)word,
	};

	point(&op);
}

static void wake_one(const uint32_t *word)
{
	const struct sleeper *first;

	between(word);
	trace(NULL, "dead: wakes one on %s",
	      name_of((uint64_t)(uintptr_t)word));
	first = first_in_queue(word, true);
	if (!first || !first->pi) /* else -EINVAL, to nobody */
		wake_queue(word, true, 1, FUTEX_BITSET_MATCH_ANY);
}

static void release(uint32_t *word, bool pi, bool pending)
{
	uint32_t value;

	if (!word || granule_of(word) < 0)
		fault("the robust list leads to nowhere");
	between(word);
	value = *word;
	trace(NULL, "dead: looks at %s: %#x",
	      name_of((uint64_t)(uintptr_t)word), value);
	if (pending && !pi && !(value & FUTEX_TID_MASK)) {
		wake_one(word);
		return;
	}
	if ((value & FUTEX_TID_MASK) != (uint32_t)thread_id(self_index()))
		return;
	must_be_alive(word, sizeof(*word), "change for a dead thread");
	race_rmw(word, sizeof(*word), __ATOMIC_SEQ_CST);
	*word = (value & FUTEX_WAITERS) | FUTEX_OWNER_DIED;
	trace(NULL, "dead: %s: %#x", name_of((uint64_t)(uintptr_t)word), *word);
	if (value & FUTEX_WAITERS && !pi)
		wake_one(word);
}

static bool is_pi(const struct robust_list *entry)
{
	return (uintptr_t)entry & 1;
}

static const struct robust_list *untagged(const struct robust_list *entry)
{
	return (const struct robust_list *)((uintptr_t)entry & ~(uintptr_t)1);
}

static uint32_t *word_at(const struct robust_list_head *head,
			 const struct robust_list *entry)
{
	return (uint32_t *)((uintptr_t)untagged(entry) +
			    (uintptr_t)head->futex_offset);
}

static void walk_list(void)
{
	const struct robust_list_head *head = &current->robust;
	const struct robust_list *entry = head->list.next, *next;
	const struct robust_list *pending = head->list_op_pending;
	unsigned int limit = MAX_WALK;

	for (; untagged(entry) != &head->list; entry = next) {
		if (!untagged(entry) || !limit--)
			fault("the robust list has no end");
		must_be_alive(untagged(entry), sizeof(*entry), "robust list");
		next = untagged(entry)->next;
		if (untagged(entry) != untagged(pending))
			release(word_at(head, entry), is_pi(entry), false);
	}
	if (pending)
		release(word_at(head, pending), is_pi(pending), true);
}

void thread_dies(void)
{
	trace(NULL, "dies");
	walk_list();
	hand_on_of_dead();
}
