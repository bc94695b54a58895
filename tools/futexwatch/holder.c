// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - who holds a lock, told from the memory around its futex word */

#include "holder.h"

#include <linux/futex.h>
#include <string.h>

/* pthread_mutex_t.__kind of glibc: the type in the low bits, and flags. */
enum {
	KIND_TYPE = 3, /* normal, recursive, errorcheck, adaptive */
	KIND_RECURSIVE = 1,
	KIND_ROBUST = 16,
	KIND_PI = 32,
	KIND_PROTECT = 64,
	KIND_SHARED = 128,
	KIND_ELISION = 256 | 512,
	KIND_ALL = KIND_TYPE | KIND_ROBUST | KIND_PI | KIND_PROTECT |
		   KIND_SHARED | KIND_ELISION,
};

/* pthread_rwlock_t.__readers of glibc: flags, above them how many read. */
enum {
	READERS_WRITE_PHASE = 1,
	READERS_WRITE_LOCKED = 2,
	READERS_SHIFT = 3,
};

/* struct fmutex of libfutexsync: its flags stand behind the word. */
enum {
	FMUTEX_ROBUST_FLAG = 2,
	FMUTEX_ALL_FLAGS = 7,
};

#define TID_MAX	  (4U * 1024 * 1024) /* the kernel's PID_MAX_LIMIT */
#define USERS_MAX 1000000U

struct question {
	const struct word_wait *word;
	const struct surroundings *memory;
	enum abi abi;
	bool (*lives)(void *arg, uint32_t tid);
	void *arg;
};

/* The 32 bits at @offset from the word, -16 to 44. */
static uint32_t at(const struct question *q, int offset)
{
	const unsigned char *from = offset < 0 ? q->memory->before + 16 + offset
					       : q->memory->after + offset;
	uint32_t value;

	memcpy(&value, from, sizeof(value));
	return value;
}

const char *evidence_name(enum evidence evidence)
{
	static const char *const names[] = {
		[EVIDENCE_UNKNOWN] = "unknown",
		[EVIDENCE_INFERRED] = "inferred",
		[EVIDENCE_GLIBC] = "glibc",
		[EVIDENCE_EXACT] = "exact",
	};

	return names[evidence];
}

/*
 * @tid was found where @evidence says that the owner stands. One that is not a
 * thread there has ended, or what looks like a lock is none.
 */
static void set_owner(const struct question *q, struct holder *h, uint32_t tid,
		      enum evidence evidence)
{
	if (!tid)
		return;
	h->tid = tid;
	if (q->lives(q->arg, tid)) {
		h->evidence = evidence;
		return;
	}
	h->note = NOTE_NO_SUCH;
}

/* The kernel reads the owner out of the word, so it stands there. */
static void find_pi(const struct question *q, struct holder *h)
{
	uint32_t value = at(q, 0);

	h->kind = "pi";
	if (value & FUTEX_OWNER_DIED)
		h->note = NOTE_DIED;
	else if (!(value & FUTEX_TID_MASK))
		h->note = NOTE_FREE;
	else
		set_owner(q, h, value & FUTEX_TID_MASK, EVIDENCE_EXACT);
}

static uint32_t mutex_kind(const struct question *q)
{
	return at(q, q->abi == ABI_32 ? 12 : 16);
}

static bool is_shared_kind(uint32_t kind)
{
	return kind & KIND_SHARED;
}

static bool is_robust_mutex(const struct question *q)
{
	uint32_t kind = mutex_kind(q);
	uint32_t owner = at(q, 0) & FUTEX_TID_MASK;

	if (kind & KIND_ROBUST && !(kind & ~(uint32_t)KIND_ALL) &&
	    is_shared_kind(kind) != q->word->private)
		return !owner || !at(q, 8) || at(q, 8) == owner;
	/* A struct fmutex: word, flags, hint, state, reserved. */
	return at(q, 4) & FMUTEX_ROBUST_FLAG &&
	       !(at(q, 4) & ~(uint32_t)FMUTEX_ALL_FLAGS) && !at(q, 16);
}

/* Waiters of robust words expect their bit beside the owner's number. */
static bool find_robust(const struct question *q, struct holder *h)
{
	uint32_t value = at(q, 0);
	uint32_t tid = value & FUTEX_TID_MASK;
	bool known = is_robust_mutex(q);

	if (!(q->word->value & FUTEX_WAITERS) ||
	    !(q->word->value & FUTEX_TID_MASK))
		return false;
	if (!known && (!tid || !q->lives(q->arg, tid)))
		return false;
	h->kind = known ? "robust" : "unknown";
	if (value & FUTEX_OWNER_DIED)
		h->note = NOTE_DIED;
	else if (!tid)
		h->note = NOTE_FREE;
	else
		set_owner(q, h, tid,
			  known ? EVIDENCE_EXACT : EVIDENCE_INFERRED);
	return true;
}

/*
 * x86-64: lock, count, owner, users, kind, spins, list. i386: lock, count,
 * owner, kind, users, spins or list. Only robust and PI mutexes are listed.
 */
static bool is_mutex(const struct question *q)
{
	bool narrow = q->abi == ABI_32;
	uint32_t kind = mutex_kind(q);
	uint32_t users = at(q, narrow ? 16 : 12);
	bool recursive = (kind & KIND_TYPE) == KIND_RECURSIVE;

	if (kind & ~(uint32_t)KIND_ALL || kind & (KIND_ROBUST | KIND_PI))
		return false;
	if (is_shared_kind(kind) == q->word->private)
		return false;
	if (at(q, 0) > 2 || users > USERS_MAX || at(q, 8) > TID_MAX)
		return false;
	if (at(q, 8) && (!users || !at(q, 0) || recursive != !!at(q, 4)))
		return false;
	return narrow || (!at(q, 24) && !at(q, 28) && !at(q, 32) && !at(q, 36));
}

/* glibc's waiters set the word to 2 and expect it. */
static bool find_mutex(const struct question *q, struct holder *h)
{
	uint32_t owner = at(q, 8);

	if (q->word->value != 2 || !is_mutex(q))
		return false;
	/* Many small locks of others hold a 2, too, and then zeroes. */
	if (!owner && !at(q, 12) && !at(q, 16))
		return false;
	h->kind = "mutex";
	if (owner)
		set_owner(q, h, owner, EVIDENCE_GLIBC);
	else
		h->note = at(q, 0) ? NOTE_TAKEN : NOTE_FREE;
	return true;
}

/*
 * readers, writers, write phase (a futex), writers (a futex), two of padding;
 * x86-64: the writer at 24, shared at 28, flags at 48. i386: four bytes of
 * flags, shared, elision and padding at 24, the writer at 28. @base: where
 * the lock begins, from the word.
 */
static bool is_rwlock(const struct question *q, int base)
{
	bool narrow = q->abi == ABI_32;
	uint32_t packed = at(q, base + 24);
	uint32_t shared = narrow ? packed >> 8 & 255 : at(q, base + 28);
	uint32_t writer = at(q, base + (narrow ? 28 : 24));

	if (shared > 1 || shared == q->word->private || writer > TID_MAX)
		return false;
	if (at(q, base + 8) > 3 || at(q, base + 12) > 3)
		return false;
	if (at(q, base + 16) || at(q, base + 20))
		return false;
	if (narrow ? (packed & 255) > 2 : at(q, base + 32) & ~255U)
		return false;
	/* Without a lock there would be nothing to wait for. */
	return at(q, base) & READERS_WRITE_LOCKED ||
	       at(q, base) >> READERS_SHIFT;
}

static bool find_rwlock(const struct question *q, struct holder *h)
{
	int base = q->word->value & 2 && is_rwlock(q, -8) ? -8 : -12;
	uint32_t readers, writer;

	/* 2: "somebody sleeps here"; 1: of the two states of either futex. */
	if (!(q->word->value & 2) || q->word->value > 3 || !is_rwlock(q, base))
		return false;
	readers = at(q, base) >> READERS_SHIFT;
	writer = at(q, base + (q->abi == ABI_32 ? 28 : 24));
	if (!writer && !readers)
		return false;
	h->kind = "rwlock";
	h->begin = base;
	h->how = base == -8 && q->word->value == 3 ? "read" : "write";
	if (writer) {
		set_owner(q, h, writer, EVIDENCE_GLIBC);
	} else if (at(q, base) & READERS_WRITE_PHASE) {
		h->note = NOTE_TAKEN;
	} else {
		h->note = NOTE_READERS;
		h->readers = readers;
	}
	return true;
}

/* glibc waits on the number of the thread, which its end sets to 0. */
static bool find_join(const struct question *q, struct holder *h)
{
	uint64_t tid = q->word->value;

	if (q->word->private || tid < 2 || tid > TID_MAX || at(q, 0) != tid ||
	    !q->lives(q->arg, (uint32_t)tid))
		return false;
	h->kind = "join";
	set_owner(q, h, (uint32_t)tid, EVIDENCE_GLIBC);
	return true;
}

struct holder holder_find(const struct word_wait *word,
			  const struct surroundings *memory, enum abi abi,
			  bool (*lives)(void *arg, uint32_t tid), void *arg)
{
	struct question q = { word, memory, abi, lives, arg };
	struct holder h = { .kind = "unknown", .how = "" };

	if (word->pi)
		find_pi(&q, &h);
	else if (!find_robust(&q, &h) && !find_mutex(&q, &h) &&
		 !find_rwlock(&q, &h))
		find_join(&q, &h);
	return h;
}
