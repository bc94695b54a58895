/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - who holds a lock, told from the memory around its futex word */
#ifndef FUTEXWATCH_HOLDER_H
#define FUTEXWATCH_HOLDER_H

#include <stdbool.h>
#include <stdint.h>

#include "futexcall.h"

enum evidence {
	EVIDENCE_UNKNOWN,
	EVIDENCE_INFERRED,
	EVIDENCE_GLIBC, /* a field of glibc's, which other memory could mimic */
	EVIDENCE_EXACT, /* the kernel itself goes by it */
};

/* What stands around a futex word; bytes that could not be read are 0. */
struct surroundings {
	unsigned char before[16];
	unsigned char after[48]; /* from the word itself on */
};

/* What is the matter when there is no holder to name. */
enum holder_note {
	NOTE_NONE,
	NOTE_FREE, /* the lock is free: a wake-up is on its way, or was lost */
	NOTE_TAKEN, /* it is being taken or given back right now */
	NOTE_READERS, /* @readers hold it; nobody writes down who they are */
	NOTE_NO_SUCH, /* @tid is named as the owner, and is no thread here */
	NOTE_FORKED, /* the same, and is one of the parent: held at fork(2) */
	NOTE_LOST, /* its value changed, and nobody is there to wake, see lost.h */
	NOTE_DIED, /* the kernel has noted that the owner died */
};

struct holder {
	uint32_t tid; /* in the PID namespace of the waiter; 0: not known */
	enum evidence evidence;
	const char *kind; /* mutex, rwlock, pi, robust, join, unknown */
	const char *how; /* more of the kind: "read", "write", or "" */
	enum holder_note note;
	uint32_t readers;
	int begin; /* where the lock begins, from the word: 0 or less */
};

/*
 * The owner of the lock that @word belongs to. @lives says whether a number is
 * that of a thread that could own it: one of that process, or for a shared word
 * one of a process that maps it. Only a lock in which every field makes sense
 * is believed; of anything else the answer is "unknown".
 */
struct holder holder_find(const struct word_wait *word,
			  const struct surroundings *memory, enum abi abi,
			  bool (*lives)(void *arg, uint32_t tid), void *arg);

const char *evidence_name(enum evidence evidence);

#endif /* FUTEXWATCH_HOLDER_H */
