// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - cli tests: owners out of real locks of this process, and junk */

#include "harness.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdint.h>

#include "holder.h"
#include "random.h"

static uint32_t me;

static bool only_me(void *arg, uint32_t tid)
{
	(void)arg;
	return tid == me;
}

static bool nobody(void *arg, uint32_t tid)
{
	(void)arg;
	(void)tid;
	return false;
}

static struct surroundings around(const void *word)
{
	struct surroundings s;

	memcpy(s.before, (const char *)word - 16, 16);
	memcpy(s.after, word, 48);
	return s;
}

/* Locks with room on both sides, as in a larger structure. */
static struct {
	uint64_t before[2];
	union {
		pthread_mutex_t mutex;
		pthread_rwlock_t rwlock;
		uint32_t words[16];
	};
	uint64_t after[8];
} place;

static struct holder ask(const void *word, uint64_t value, bool private,
			 bool (*lives)(void *, uint32_t))
{
	struct word_wait w = { .address = (uintptr_t)word,
			       .value = value,
			       .private = private };
	struct surroundings s = around(word);

	me = (uint32_t)gettid();
	return holder_find(&w, &s, ABI_64, lives, NULL);
}

static void make_mutex(int type, int protocol, int robust, int shared)
{
	pthread_mutexattr_t attr;

	memset(&place, 0, sizeof(place));
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, type);
	pthread_mutexattr_setprotocol(&attr, protocol);
	pthread_mutexattr_setrobust(&attr, robust);
	pthread_mutexattr_setpshared(&attr, shared);
	CHECK_EQ(pthread_mutex_init(&place.mutex, &attr), 0);
	CHECK_EQ(pthread_mutex_lock(&place.mutex), 0);
}

TEST(owners_of_mutexes_of_all_types)
{
	static const int types[] = { PTHREAD_MUTEX_NORMAL,
				     PTHREAD_MUTEX_RECURSIVE,
				     PTHREAD_MUTEX_ERRORCHECK,
				     PTHREAD_MUTEX_ADAPTIVE_NP };

	for (int shared = 0; shared < 2; shared++) {
		for (int i = 0; i < 4; i++) {
			struct holder h;

			make_mutex(types[i], PTHREAD_PRIO_NONE,
				   PTHREAD_MUTEX_STALLED, shared);
			place.words[0] = 2; /* somebody waits */
			h = ask(&place.mutex, 2, !shared, only_me);
			CHECK_EQ(h.tid, me);
			CHECK_EQ(h.evidence, EVIDENCE_GLIBC);
			CHECK(!strcmp(h.kind, "mutex"));
			/* One who waits in the other way is at no such lock. */
			h = ask(&place.mutex, 2, shared, only_me);
			CHECK_EQ(h.evidence, EVIDENCE_UNKNOWN);
			h = ask(&place.mutex, 1, !shared, only_me);
			CHECK_EQ(h.evidence, EVIDENCE_UNKNOWN);
			place.words[0] = 1;
			pthread_mutex_unlock(&place.mutex);
		}
	}
}

TEST(owners_that_do_not_live_are_not_believed)
{
	struct holder h;

	make_mutex(PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE,
		   PTHREAD_MUTEX_STALLED, 0);
	place.words[0] = 2;
	h = ask(&place.mutex, 2, true, nobody);
	CHECK_EQ(h.evidence, EVIDENCE_UNKNOWN);
	CHECK_EQ(h.note, NOTE_NO_SUCH);
	CHECK_EQ(h.tid, me);
	place.words[2] = 0x7fffffff;
	h = ask(&place.mutex, 2, true, only_me);
	CHECK_EQ(h.evidence, EVIDENCE_UNKNOWN);
	CHECK_EQ(h.note, NOTE_NONE);
}

TEST(robust_and_pi_words_hold_their_owner)
{
	struct word_wait pi = { .pi = true, .private = true };
	struct surroundings s;
	struct holder h;

	make_mutex(PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE,
		   PTHREAD_MUTEX_ROBUST, 1);
	place.words[0] |= FUTEX_WAITERS;
	h = ask(&place.mutex, place.words[0], false, only_me);
	CHECK_EQ(h.tid, me);
	CHECK_EQ(h.evidence, EVIDENCE_EXACT);
	CHECK(!strcmp(h.kind, "robust"));
	place.words[0] = FUTEX_OWNER_DIED | FUTEX_WAITERS;
	h = ask(&place.mutex, me | FUTEX_WAITERS, false, only_me);
	CHECK_EQ(h.note, NOTE_DIED);
	CHECK_EQ(h.evidence, EVIDENCE_UNKNOWN);
	/* The same bits in a word that is no such mutex are a guess. */
	memset(&place, 0xee, sizeof(place));
	place.words[0] = me | FUTEX_WAITERS;
	h = ask(&place.mutex, place.words[0], false, only_me);
	CHECK_EQ(h.evidence, EVIDENCE_INFERRED);
	h = ask(&place.mutex, place.words[0], false, nobody);
	CHECK_EQ(h.evidence, EVIDENCE_UNKNOWN);
	s = around(&place.mutex);
	h = holder_find(&pi, &s, ABI_64, only_me, NULL);
	CHECK_EQ(h.tid, me);
	CHECK_EQ(h.evidence, EVIDENCE_EXACT);
	place.words[0] = 0;
	s = around(&place.mutex);
	h = holder_find(&pi, &s, ABI_64, only_me, NULL);
	CHECK_EQ(h.note, NOTE_FREE);
}

TEST(writers_of_rwlocks_are_known_and_readers_are_not)
{
	struct holder h;

	memset(&place, 0, sizeof(place));
	CHECK_EQ(pthread_rwlock_init(&place.rwlock, NULL), 0);
	pthread_rwlock_wrlock(&place.rwlock);
	h = ask(&place.words[2], 3, true, only_me);
	CHECK_EQ(h.tid, me);
	CHECK_EQ(h.begin, -8);
	CHECK(!strcmp(h.kind, "rwlock") && !strcmp(h.how, "read"));
	h = ask(&place.words[3], 3, true, only_me);
	CHECK_EQ(h.tid, me);
	CHECK_EQ(h.begin, -12);
	CHECK(!strcmp(h.how, "write"));
	h = ask(&place.words[3], 3, false, only_me);
	CHECK_EQ(h.evidence, EVIDENCE_UNKNOWN);
	pthread_rwlock_unlock(&place.rwlock);
	pthread_rwlock_rdlock(&place.rwlock);
	pthread_rwlock_rdlock(&place.rwlock);
	h = ask(&place.words[2], 2, true, only_me);
	CHECK_EQ(h.evidence, EVIDENCE_UNKNOWN);
	CHECK_EQ(h.note, NOTE_READERS);
	CHECK_EQ(h.readers, 2);
	pthread_rwlock_unlock(&place.rwlock);
	pthread_rwlock_unlock(&place.rwlock);
}

/* i386: lock, count, owner, kind, users; and the writer at 28. */
TEST(layouts_of_32_bits)
{
	struct word_wait w = { .value = 2, .private = true };
	uint32_t words[16] = { 0 };
	struct surroundings s = { { 0 }, { 0 } };
	struct holder h;

	me = 4000;
	words[0] = 2;
	words[2] = me;
	words[4] = 1;
	memcpy(s.after, words, 48);
	h = holder_find(&w, &s, ABI_32, only_me, NULL);
	CHECK_EQ(h.tid, me);
	CHECK_EQ(h.evidence, EVIDENCE_GLIBC);
	h = holder_find(&w, &s, ABI_64, only_me, NULL);
	CHECK_EQ(h.evidence, EVIDENCE_UNKNOWN);
	memset(words, 0, sizeof(words));
	words[0] = 3; /* write phase, write locked */
	words[2] = 3;
	words[7] = me;
	memcpy(s.before + 8, words, 8);
	memcpy(s.after, words + 2, 40);
	w.value = 3;
	h = holder_find(&w, &s, ABI_32, only_me, NULL);
	CHECK_EQ(h.tid, me);
	CHECK(!strcmp(h.kind, "rwlock"));
}

TEST(joins_wait_for_the_thread_whose_number_stands_there)
{
	struct holder h;

	me = (uint32_t)gettid();
	memset(&place, 0, sizeof(place));
	place.words[0] = me;
	h = ask(&place.words[0], me, false, only_me);
	CHECK_EQ(h.tid, me);
	CHECK(!strcmp(h.kind, "join"));
	h = ask(&place.words[0], me, true, only_me);
	CHECK_EQ(h.evidence, EVIDENCE_UNKNOWN);
	h = ask(&place.words[0], me, false, nobody);
	CHECK_EQ(h.evidence, EVIDENCE_UNKNOWN);
}

/* Condition variables, semaphores, barriers: parked, and nobody's fault. */
TEST(what_has_no_owner_gets_none)
{
	for (uint64_t value = 0; value < 8; value++) {
		for (int private = 0; private < 2; private ++) {
			struct holder h;

			memset(&place, 0, sizeof(place));
			place.words[0] = (uint32_t)value;
			h = ask(&place.words[0], value, private, only_me);
			CHECK_EQ(h.evidence, EVIDENCE_UNKNOWN);
			CHECK_EQ(h.tid, 0);
		}
	}
}

/* Of random memory next to none passes for a lock of a thread that lives. */
TEST(junk_is_not_believed)
{
	struct random rng = { 3 };
	unsigned int believed = 0;

	me = 1234;
	for (int round = 0; round < effort(200000); round++) {
		struct word_wait w = { .value = round & 1 ? 2 : 3,
				       .private = round & 2 };
		struct surroundings s;
		uint32_t words[16];

		/* Small numbers, as real data has them, and our own. */
		for (int i = 0; i < 16; i++) {
			uint64_t r = random_next(&rng);

			words[i] = r & 1    ? (uint32_t)(r >> 60)
				   : r & 2  ? me
				   : r & 12 ? 0
					    : (uint32_t)(r >> 32);
		}
		memcpy(s.before, words, 16);
		memcpy(s.after, words + 4, 48);
		believed += holder_find(&w, &s, round & 4 ? ABI_64 : ABI_32,
					only_me, NULL)
				    .evidence != EVIDENCE_UNKNOWN;
	}
	CHECK(believed < (unsigned int)effort(200000) / 1000);
	printf("# believed: %u\n", believed);
}
