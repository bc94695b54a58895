// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: atomic operations, each a choice point */

/*
 * The compiler turns atomic operations of the objects under test into these
 * calls (-fsanitize=thread). The values are those of sequential consistency:
 * each load sees the last store. The memory orders matter for race.c alone.
 */

#include "world.h"

#define PC __builtin_return_address(0)

static const char *order_name(int order)
{
	static const char *const names[] = { "relaxed", "consume", "acquire",
					     "release", "acq_rel", "seq_cst" };

	return names[order & 7];
}

/*
 * It does not matter when a load happens if the threads never write there: on
 * a stack of its own, or to what setup has left. Stores learn and tell race.c.
 */
static bool nobody_writes(const void *address)
{
	int g = granule_of(address);

	if (may_die_at(address))
		return false;
	if (g < 0 || (!is_static(address) && !race_foreign(address)))
		return true;
	return !race_written(g);
}

/* Stand before the operation until the explorer lets it happen. */
static unsigned int before(const volatile void *address, size_t size,
			   unsigned int kind, uint64_t expected)
{
	struct op op = {
		.address = (uint64_t)(uintptr_t)address,
		.expected = expected,
		.kind = (uint8_t)kind,
		.size = (uint8_t)size,
	};
	unsigned int action;

	if (!current || nobody_writes((const void *)(uintptr_t)address))
		action = ACTION_RUN;
	else
		action = point(&op);
	must_be_alive((const void *)(uintptr_t)address, size,
		      "atomic operation");
	return action;
}

static const char *name(const volatile void *address)
{
	return name_of((uint64_t)(uintptr_t)address);
}

#define ATOMIC(bits)                                                           \
	typedef uint##bits##_t u##bits;                                        \
	u##bits __tsan_atomic##bits##_load(const volatile u##bits *p,          \
					   int order);                         \
	u##bits __tsan_atomic##bits##_load(const volatile u##bits *p,          \
					   int order)                          \
	{                                                                      \
		before(p, sizeof(*p), OP_ATOMIC, 0);                           \
		trace(PC, "load  %s: %#llx, %s", name(p),                      \
		      (unsigned long long)*p, order_name(order));              \
		race_load((const void *)p, sizeof(*p), order);                 \
		return *p;                                                     \
	}                                                                      \
	void __tsan_atomic##bits##_store(volatile u##bits *p, u##bits v,       \
					 int order);                           \
	void __tsan_atomic##bits##_store(volatile u##bits *p, u##bits v,       \
					 int order)                            \
	{                                                                      \
		before(p, sizeof(*p), OP_ATOMIC, 0);                           \
		trace(PC, "store %s: %#llx -> %#llx, %s", name(p),             \
		      (unsigned long long)*p, (unsigned long long)v,           \
		      order_name(order));                                      \
		race_store((const void *)p, sizeof(*p), order);                \
		*p = v;                                                        \
	}                                                                      \
	static bool cas##bits(volatile u##bits *p, u##bits *want, u##bits v,   \
			      int order, int failing, unsigned int kind,       \
			      const void *pc)                                  \
	{                                                                      \
		unsigned int action = before(p, sizeof(*p), kind, *want);      \
		bool good = *p == *want && action != EVENT_WEAK;               \
                                                                               \
		trace(pc, "CAS   %s: %#llx -> %#llx, %s: %s", name(p),         \
		      (unsigned long long)*p, (unsigned long long)v,           \
		      order_name(good ? order : failing),                      \
		      good		     ? "done"                          \
		      : action == EVENT_WEAK ? "fails for no reason"           \
					     : "fails");                       \
		if (good) {                                                    \
			race_rmw((const void *)p, sizeof(*p), order);          \
			*p = v;                                                \
			return true;                                           \
		}                                                              \
		race_load((const void *)p, sizeof(*p), failing);               \
		*want = *p;                                                    \
		return false;                                                  \
	}                                                                      \
	int __tsan_atomic##bits##_compare_exchange_strong(                     \
		volatile u##bits *p, u##bits *want, u##bits v, int order,      \
		int failing);                                                  \
	int __tsan_atomic##bits##_compare_exchange_strong(                     \
		volatile u##bits *p, u##bits *want, u##bits v, int order,      \
		int failing)                                                   \
	{                                                                      \
		return cas##bits(p, want, v, order, failing, OP_ATOMIC, PC);   \
	}                                                                      \
	int __tsan_atomic##bits##_compare_exchange_weak(volatile u##bits *p,   \
							u##bits *want,         \
							u##bits v, int order,  \
							int failing);          \
	int __tsan_atomic##bits##_compare_exchange_weak(volatile u##bits *p,   \
							u##bits *want,         \
							u##bits v, int order,  \
							int failing)           \
	{                                                                      \
		return cas##bits(p, want, v, order, failing, OP_WEAK_CAS, PC); \
	}                                                                      \
	RMW(bits, exchange, v)                                                 \
	RMW(bits, fetch_add, old + v)                                          \
	RMW(bits, fetch_sub, old - v)                                          \
	RMW(bits, fetch_and, old &v)                                           \
	RMW(bits, fetch_or, old | v)                                           \
	RMW(bits, fetch_xor, old ^ v)

#define RMW(bits, what, result)                                              \
	u##bits __tsan_atomic##bits##_##what(volatile u##bits *p, u##bits v, \
					     int order);                     \
	u##bits __tsan_atomic##bits##_##what(volatile u##bits *p, u##bits v, \
					     int order)                      \
	{                                                                    \
		u##bits old, new;                                            \
                                                                             \
		before(p, sizeof(*p), OP_ATOMIC, 0);                         \
		old = *p;                                                    \
		new = (u##bits)(result);                                     \
		trace(PC, #what " %s: %#llx -> %#llx, %s", name(p),          \
		      (unsigned long long)old, (unsigned long long)new,      \
		      order_name(order));                                    \
		race_rmw((const void *)p, sizeof(*p), order);                \
		*p = new;                                                    \
		return old;                                                  \
	}

ATOMIC(8)
ATOMIC(16)
ATOMIC(32)
ATOMIC(64)

/* Values are sequentially consistent anyway: no choice point. */
void __tsan_atomic_thread_fence(int order);
void __tsan_atomic_thread_fence(int order)
{
	trace(PC, "fence %s", order_name(order));
	race_fence(order);
}

void __tsan_atomic_signal_fence(int order);
void __tsan_atomic_signal_fence(int order)
{
	(void)order;
}
