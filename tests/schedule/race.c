// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - schedule tests: data races, by who knows of which access */

/*
 * Two accesses to the same place, of which one writes and one is not atomic,
 * must be ordered by happens-before. Vector clocks would tell, but they count,
 * so that no two states would be the same. What matters of them is kept
 * instead: for each last access to a place (a fact), the set of threads that
 * happen after it, and of atomic variables from which an acquire would learn
 * it:
 *
 *	release: the variable learns all that the thread knows; a store forgets
 *		what the variable knew before, a read-modify-write does not
 *	relaxed store: the variable forgets; relaxed read-modify-write: nothing
 *	acquire: the thread learns all that the variable knows
 *	fences: an acquire fence learns what relaxed loads could have learnt, a
 *		release fence passes what is known now to later relaxed stores
 *
 * These are C11's rules with C++20's release sequences. A futex call orders
 * nothing. A fact that all live threads know can no longer be part of a race
 * and is dropped. A granule that is accessed in both ways needs facts for
 * atomic accesses too; so for fences. As most need none, this is learnt: when
 * the first turns up, the exploration starts again.
 */

#include <string.h>

#include "world.h"

enum access {
	WRITE,
	READ,
	ATOMIC_WRITE,
	ATOMIC_READ
};

#define KNOWN_BY(t)    (1ULL << (t))
#define AT_ACQUIRE(t)  (1ULL << (MAX_THREADS + (t)))
#define AT_RELEASE(t)  (1ULL << (2 * MAX_THREADS + (t)))
#define FIRST_VARIABLE (3 * MAX_THREADS)

/* What has been learnt about the program; no part of the state. */
static bool plain_seen[MAX_GRANULES], atomic_seen[MAX_GRANULES];
static bool written[MAX_GRANULES], foreign[MAX_GRANULES];
static bool fences_seen, learnt;
static uint8_t variable_bit[MAX_GRANULES];
static unsigned int variables;

/* Another thread's stack: is it a frame of a function that has not returned? */
static void must_be_in_frame(const void *address)
{
	unsigned int i;

	for (i = 0; i < thread_count; i++) {
		const struct thread *t = &world.threads[i];
		uintptr_t distance =
			(uintptr_t)stack_end(i) - (uintptr_t)address;

		if (distance > STACK_SIZE)
			continue;
		if (t->status == DONE || t->status == KILLED ||
		    (uint64_t)(uintptr_t)address < t->sp)
			fault("access to the stack of thread %u, to a function that has returned",
			      i);
	}
}

/* Whether something was learnt since the last call. */
bool race_learnt(void)
{
	bool was = learnt;

	learnt = false;
	return was;
}

/* Whether a thread may write there, by an atomic operation, or free it. */
bool race_written(int granule)
{
	return written[granule];
}

static void learn_written(int granule)
{
	learnt |= !written[granule];
	written[granule] = true;
}

/*
 * For an address on a stack: is it, or was it once, used by another thread?
 * Else what the thread itself does there is not of interest.
 */
bool race_foreign(const void *address)
{
	const uint8_t *end = stack_end(self_index());
	int g = granule_of(address);

	if ((uintptr_t)end - (uintptr_t)address > STACK_SIZE) {
		learnt |= !foreign[g];
		foreign[g] = true;
		must_be_in_frame(address);
	}
	return foreign[g];
}

static uint32_t fact_id(int granule, enum access access, unsigned int thread)
{
	return (uint32_t)granule << 8 | (uint32_t)access << 4 | thread;
}

static void add_fact(uint32_t what, uint64_t known)
{
	struct fact *f = world.facts;
	unsigned int i = world.fact_count;

	if (world.fact_count == MAX_FACTS)
		fault("too many facts for race.c");
	for (; i && f[i - 1].what > what; i--)
		f[i] = f[i - 1];
	f[i] = (struct fact){ .what = what, .known = known };
	world.fact_count++;
}

static bool superfluous(const struct fact *f)
{
	return (f->known & world.live) == world.live;
}

static void drop_known(void)
{
	unsigned int i, kept = 0;

	for (i = 0; i < world.fact_count; i++) {
		if (!superfluous(&world.facts[i]))
			world.facts[kept++] = world.facts[i];
	}
	world.fact_count = kept;
}

static void drop_granule(int granule)
{
	unsigned int i, kept = 0;

	for (i = 0; i < world.fact_count; i++) {
		const struct fact *f = &world.facts[i];

		if (f->what >> 8 != (uint32_t)granule)
			world.facts[kept++] = *f;
	}
	world.fact_count = kept;
}

void race_ended(void)
{
	drop_known();
}

/* The fact's thread and ours are ordered, or there is a race. */
static void must_know(const struct fact *f, int granule, const char *mine)
{
	static const char *const other[] = { "write", "read", "atomic write",
					     "atomic read" };

	if (!(f->known & KNOWN_BY(self_index())))
		fault("data race on %s: %s is not ordered after the %s of another thread",
		      granule_name(granule), mine, other[f->what >> 4 & 3]);
}

/* Ordered after all accesses to @granule whose kind has its bit in @kinds? */
static void check(int granule, unsigned int kinds, const char *mine)
{
	unsigned int i;

	for (i = 0; i < world.fact_count; i++) {
		const struct fact *f = &world.facts[i];

		if (f->what >> 8 == (uint32_t)granule &&
		    kinds & 1U << (f->what >> 4 & 3))
			must_know(f, granule, mine);
	}
}

/* The last access of this kind by this thread is this one. */
static void note(int granule, enum access access)
{
	uint32_t what = fact_id(granule, access, self_index());
	unsigned int i;

	for (i = 0; i < world.fact_count; i++) {
		if (world.facts[i].what == what) {
			world.facts[i].known = KNOWN_BY(self_index());
			return;
		}
	}
	if (world.live != KNOWN_BY(self_index()))
		add_fact(what, KNOWN_BY(self_index()));
}

void race_plain(const void *address, size_t size, bool write)
{
	const uint8_t *at = (const uint8_t *)((uintptr_t)address & ~3UL);
	const uint8_t *end = (const uint8_t *)address + size;

	for (; at < end; at += 4) {
		int g = granule_of(at);

		if (g < 0)
			continue;
		learnt |= !plain_seen[g] && atomic_seen[g];
		plain_seen[g] = true;
		if (!write) {
			check(g, 1U << WRITE | 1U << ATOMIC_WRITE, "read");
			note(g, READ);
			continue;
		}
		check(g, ~0U, "write");
		drop_granule(g);
		note(g, WRITE);
	}
}

/*
 * Memory is freed: plain accesses to it must be ordered before. (Those that
 * come late are found at once, but for what a thread does within one step.)
 */
void race_free(const void *address, size_t size)
{
	const uint8_t *at = address;
	size_t i;

	for (i = 0; i < size; i += 4) {
		int g = granule_of(at + i);

		check(g, 1U << WRITE | 1U << READ, "free");
		drop_granule(g);
		learn_written(g);
	}
}

static void race_atomic(const void *address, size_t size, bool write)
{
	const uint8_t *at = address;
	size_t i;

	for (i = 0; i < size; i += 4) {
		int g = granule_of(at + i);

		if (write)
			learn_written(g);
		learnt |= !atomic_seen[g] && plain_seen[g];
		atomic_seen[g] = true;
		if (!plain_seen[g])
			continue;
		check(g, write ? 1U << WRITE | 1U << READ : 1U << WRITE,
		      write ? "atomic write" : "atomic read");
		note(g, write ? ATOMIC_WRITE : ATOMIC_READ);
	}
}

static uint64_t variable_at(const void *address)
{
	int g = granule_of(address);

	if (g < 0)
		return 0;
	if (!variable_bit[g]) {
		if (FIRST_VARIABLE + variables > 63)
			fault("too many atomic variables for race.c");
		variable_bit[g] = (uint8_t)(FIRST_VARIABLE + variables++);
	}
	return 1ULL << variable_bit[g];
}

/* An 8-byte variable is two granules; a futex call looks at one of them. */
static uint64_t variable(const void *address, size_t size)
{
	uint64_t bits = variable_at(address);

	if (size > 4)
		bits |= variable_at((const uint8_t *)address + 4);
	return bits;
}

/* Who has a bit of @from gets those of @to. */
static void learn(uint64_t from, uint64_t to)
{
	unsigned int i;

	for (i = 0; i < world.fact_count; i++) {
		if (world.facts[i].known & from)
			world.facts[i].known |= to;
	}
}

static void forget(uint64_t who)
{
	unsigned int i;

	for (i = 0; i < world.fact_count; i++)
		world.facts[i].known &= ~who;
}

static bool acquires(int order)
{
	return order == __ATOMIC_ACQUIRE || order == __ATOMIC_CONSUME ||
	       order == __ATOMIC_ACQ_REL || order == __ATOMIC_SEQ_CST;
}

static bool releases(int order)
{
	return order == __ATOMIC_RELEASE || order == __ATOMIC_ACQ_REL ||
	       order == __ATOMIC_SEQ_CST;
}

static void read_from(uint64_t variable, int order)
{
	unsigned int t = self_index();

	if (acquires(order))
		learn(variable, KNOWN_BY(t));
	else if (fences_seen)
		learn(variable, AT_ACQUIRE(t));
}

static void write_to(uint64_t variable, int order)
{
	unsigned int t = self_index();

	if (releases(order))
		learn(KNOWN_BY(t), variable);
	else if (fences_seen)
		learn(AT_RELEASE(t), variable);
}

/* Atomic operations come here once they are certain to happen. */
void race_load(const void *address, size_t size, int order)
{
	if (!current || granule_of(address) < 0)
		return;
	race_atomic(address, size, false);
	read_from(variable(address, size), order);
	drop_known();
}

void race_store(const void *address, size_t size, int order)
{
	if (!current || granule_of(address) < 0)
		return;
	race_atomic(address, size, true);
	forget(variable(address, size));
	write_to(variable(address, size), order);
	drop_known();
}

void race_rmw(const void *address, size_t size, int order)
{
	if (!current || granule_of(address) < 0)
		return;
	race_atomic(address, size, true);
	read_from(variable(address, size), order);
	write_to(variable(address, size), order);
	drop_known();
}

void race_fence(int order)
{
	unsigned int t;

	if (!current)
		return;
	learnt |= !fences_seen;
	fences_seen = true;
	t = self_index();
	if (acquires(order))
		learn(AT_ACQUIRE(t), KNOWN_BY(t));
	if (releases(order)) {
		forget(AT_RELEASE(t));
		learn(KNOWN_BY(t), AT_RELEASE(t));
	}
	drop_known();
}
