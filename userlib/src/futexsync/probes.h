/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - places that tracers can watch: USDT probes, provider futexsync */
#ifndef FUTEXSYNC_PROBES_H
#define FUTEXSYNC_PROBES_H

/*
 *	#include "probes.h"
 *
 *	FUTEXSYNC_PROBE(sem_wait_slow, s);	on a slow path
 *	FUTEXSYNC_GATED(sem_post, s, 1);	on a fast path
 *
 * A probe is one nop, and a note in the ELF file that says where the nop is
 * and in which registers the arguments lie. FUTEXSYNC_PROBE() is always there.
 * FUTEXSYNC_GATED() first looks at the probe's semaphore, a counter that the
 * kernel raises while somebody watches, and else skips the arguments too; so
 * does what stands behind FUTEXSYNC_WATCHED(), which may be dear.
 *
 * The kernel raises the counter in the file that has the note. So both must
 * lie in one file, and gated probes stand in functions of the library, never
 * in the public headers: an inline function in somebody's program would look
 * at that program's copy of the counter (a copy relocation), which stays 0.
 * What is inlined has no probe and pays nothing. Programs built with
 * FUTEXSYNC_NO_INLINE call the library instead, and are seen.
 *
 * Arguments are integers and pointers and must have no side effects: without
 * <sys/sdt.h> (systemtap-sdt-dev) they are checked, but never evaluated. An
 * object that others may free by now is passed, but not looked into.
 *
 * The names and arguments are an interface: futexsync(7) lists them, and a
 * test compares. (g) is gated; n counts tokens, or those to wake; result is
 * what the call returns.
 *
 *	sem_wait_slow      sem                  no token: about to spin or sleep
 *	sem_wait_done      sem, result          the end of what began so
 *	sem_post_wake      sem, n               about to wake up to n waiters
 *	sem_wait_any_slow  sems, count          none of them has a token
 *	sem_wait_any_done  sems, count, result  the end of what began so
 *	sem_close          sem
 *	sem_post       (g) sem, n               n tokens added
 *	sem_take       (g) sem, n               n taken without waiting
 *	mutex_lock_slow    mutex                held: about to spin or sleep
 *	mutex_lock_done    mutex, result        the end of what began so
 *	mutex_unlock_wake  mutex                given back, about to wake one
 *	mutex_lock     (g) mutex                taken without waiting
 *	mutex_unlock   (g) mutex                given back
 *	cond_wait_slow     cond, mutex          about to unlock and sleep
 *	cond_wait_done     cond, result         the end of what began so
 *	cond_signal        cond                 about to wake a waiter
 *	cond_broadcast     cond                 about to wake or move all
 *	bb_put_slow        buffer               full: about to wait for room
 *	bb_put_done        buffer, result       the end of what began so
 *	bb_get_slow        buffer               empty: about to wait
 *	bb_get_done        buffer, result       the end of what began so
 *	bb_gate_wake       word, n              robust: about to wake up to n
 *	bb_close           buffer
 *	name_set           address, len, name
 *	name_clear         address
 */
#define FUTEXSYNC_PROBE_LIST(X) \
	X(sem_wait_slow)        \
	X(sem_wait_done)        \
	X(sem_post_wake)        \
	X(sem_wait_any_slow)    \
	X(sem_wait_any_done)    \
	X(sem_close)            \
	X(sem_post)             \
	X(sem_take)             \
	X(mutex_lock_slow)      \
	X(mutex_lock_done)      \
	X(mutex_unlock_wake)    \
	X(mutex_lock)           \
	X(mutex_unlock)         \
	X(cond_wait_slow)       \
	X(cond_wait_done)       \
	X(cond_signal)          \
	X(cond_broadcast)       \
	X(bb_put_slow)          \
	X(bb_put_done)          \
	X(bb_get_slow)          \
	X(bb_get_done)          \
	X(bb_gate_wake)         \
	X(bb_close)             \
	X(name_set)             \
	X(name_clear)

#if !defined(FUTEXSYNC_NO_PROBES) && defined(__has_include)
#if __has_include(<sys/sdt.h>)
#define FUTEXSYNC_HAVE_SDT 1
#endif
#endif

#ifdef FUTEXSYNC_HAVE_SDT

#define _SDT_HAS_SEMAPHORES 1
#define SDT_USE_VARIADIC    1
#include <sys/sdt.h>

/*
 * Each source that has probes defines all counters; the linker keeps one of
 * each per program or shared library, and "hidden" keeps it there.
 */
#define FUTEXSYNC_PROBE_COUNTER(name)                      \
	__attribute__((weak, visibility("hidden"),         \
		       section(".probes"))) unsigned short \
		futexsync_##name##_semaphore;
FUTEXSYNC_PROBE_LIST(FUTEXSYNC_PROBE_COUNTER)
#undef FUTEXSYNC_PROBE_COUNTER

#define FUTEXSYNC_WATCHED(name)                                         \
	__builtin_expect(__atomic_load_n(&futexsync_##name##_semaphore, \
					 __ATOMIC_RELAXED) != 0,        \
			 0)

#define FUTEXSYNC_PROBE(name, ...) STAP_PROBEV(futexsync, name, ##__VA_ARGS__)

#else

#define FUTEXSYNC_WATCHED(name) 0

/* Only to have the arguments used and their number free. */
static inline void futexsync_probe_nothing(int none, ...)
{
	(void)none;
}

#define FUTEXSYNC_PROBE(name, ...)                                 \
	do {                                                       \
		if (0)                                             \
			futexsync_probe_nothing(0, ##__VA_ARGS__); \
	} while (0)

#endif /* FUTEXSYNC_HAVE_SDT */

#define FUTEXSYNC_GATED(name, ...)                            \
	do {                                                  \
		if (FUTEXSYNC_WATCHED(name))                  \
			FUTEXSYNC_PROBE(name, ##__VA_ARGS__); \
	} while (0)

#endif /* FUTEXSYNC_PROBES_H */
