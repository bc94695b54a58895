/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - the waits in flight: one entry per task that has waited
 *
 * Entries are found by the base of the task's kernel stack, because that is
 * what both a task and a struct futex_q on its stack lead to. An entry stays
 * with its task until the task exits, so that the next wait finds it warm.
 *
 * Who writes what, and when:
 *  - the owner, in its own system calls: everything. From fxw_waiters_queued()
 *    until the kernel took it off the queue it does not touch the entry.
 *  - the waker, in futex_wake_mark (bucket lock held, owner still queued):
 *    @waker_*, @cause, @moved_*. Published to the owner by the kernel's own
 *    release of q->lock_ptr.
 *  - whoever wakes the task, in sched_waking (its pi_lock held): @waking_ns,
 *    @last and @moved_to to the same as a mark would, and @waker_*, @cause of a
 *    PI waiter, which is never marked. A mark may be made meanwhile. Published
 *    by the wake-up. The owner of what a timer or a signal wakes may go on by
 *    itself meanwhile: then nothing is believed of its futex_q (G).
 *  - START (adopt.c), with the pi_lock of an owner that is asleep: everything;
 *    a wait that it finds open only gets the session's bit.
 *  - STOP: takes its session's bit out of @sessions, atomically. Whoever takes
 *    the bit, STOP or the owner at the end of the wait, tells of the wait, so
 *    that it is told once.
 * The entry of an io_uring wait belongs to who issues the request until it is
 * queued, and then to the task work that ends it; the kernel does these one
 * after the other.
 * The light capture has a table of its own, for tasks only (light.c).
 * Readers of other tasks' entries (the snapshot) copy and compare @gen, which
 * is odd while a wait is open.
 */
#ifndef FXW_WAITERS_H
#define FXW_WAITERS_H

#include <linux/hash.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include "decode.h"
#include "limits.h"

enum fxw_state {
	FXW_IDLE,
	FXW_PASSED, /* in a wait that is passed over (sample.h); as good as idle */
	FXW_OPEN, /* in a wait */
	FXW_QUEUED, /* in a wait, and on a wait queue */
	FXW_SUSPENDED, /* wait returned -ERESTART_RESTARTBLOCK */
	FXW_WAKING, /* in a wake whose return value does not tell all */
	FXW_VECTOR, /* in futex_waitv(2): @words have entries of their own */
	FXW_UNREAD, /* in futex_waitv(2), with words that are not known yet */
};

/* What the task does for io_uring right now, see io_wait.h. */
enum fxw_io {
	FXW_IO_NONE,
	FXW_IO_WAIT, /* issues a wait */
	FXW_IO_QUEUED, /* the same, on a vector, and has queued a word */
	FXW_IO_WAKE, /* issues a wake */
	FXW_IO_END, /* ends a wait on a vector */
};

/* A futex word as a struct futex_q's key tells it; @offset may be unknown. */
struct fxw_word {
	u64 page;
	u32 offset;
};

#define FXW_WORD_UNKNOWN U32_MAX

/**
 * struct fxw_place - where a waiter is queued
 * @bucket: index, or FUTEXWATCH_BUCKET_UNKNOWN
 * @table: FUTEXWATCH_TABLE_*
 * @order: log2 of the table's size
 * @why: FUTEXWATCH_UNTOLD_* where @table is unknown
 */
struct fxw_place {
	u32 bucket;
	u16 table;
	u8 order;
	u8 why;
};

/**
 * struct fxw_woke - a long wait that current's call has ended, see stack.h
 * @sessions: bit per session that wants the stack; 0: none
 * @address: the word; 0: it is in another address space
 * @id: number of the wait
 * @wait_ns: how long it had taken
 * @sampled: as that of struct fxw_waiter
 */
struct fxw_woke {
	unsigned long sessions;
	u64 address;
	u64 id;
	u64 wait_ns;
	u64 sampled;
};

struct fxw_hb;

/**
 * struct fxw_waiter - a task that waits, or did
 * @key: base of its kernel stack; 0: free, 1: given back
 * @task: the owner, to tell a new task on an old stack; never dereferenced
 *	but by itself or under its pi_lock
 * @gen: counts openings and closings
 * @state: enum fxw_state
 * @cause: FUTEXWATCH_CAUSE_* seen so far
 * @restarted: the wait went on in restart_syscall
 * @queued: times the kernel queued it
 * @adopted: it slept before anybody looked: begin and @q are not known
 * @io: enum fxw_io, whatever @state is
 * @call: what it asked
 * @abi_flags: FUTEXWATCH_F_COMPAT or 0
 * @tid: owner's
 * @pid: owner's
 * @space: owner's
 * @id: number of the wait
 * @begin_ns: the call
 * @queue_ns: last queueing
 * @waking_ns: waking; 0: none seen
 * @suspend_ns: when it was suspended
 * @q: the struct futex_q, only to be compared
 * @word: a word that is not private, as queued
 * @moved_to: the word it was on when it was woken, if another; else 0
 * @depth: waiters in its bucket
 * @hb: the bucket it was queued in, only to be compared
 * @place: what that is
 * @last: where it was when it was woken, if that was seen
 * @scanned: waiters that its waker looked at to find it; 0: not known
 * @waker_tid: who woke it, 0: nobody seen
 * @waker_pid: the waker's process
 * @restart_fn: restart_block's function at the suspension, to tell the restart
 * @sessions: bit per session that records this wait
 * @sampled: four bits per session: it took one in 2^n waits (sample.h)
 * @counted: bit per session whose table counts it as a waiter
 * @woken: FXW_WAKING: tasks woken on the first and the second word
 * @wakee_tid: FXW_WAKING: the first of them, by word
 * @woke: the longest wait that the owner's call has ended
 * @words: FXW_VECTOR: the entries of the words, see vector.h
 * @nr_words: FXW_VECTOR, and the first entry of a request: how many there are
 * @nr_seen: the same: how many of them were queued so far
 * @io_words: with @io: the entries of the request
 * @io_req: with @io: the request
 * @io_id: with @io: its user_data, to tell it from another in its place
 * @req: the request that the entry is for, only to be compared
 * @light: an entry of the light capture; what follows is for it alone
 * @ends: FXW_SUSPENDED: FUTEXWATCH_OUT_* unless a mark comes yet
 * @told_op: the wake that current is in: FUTEXWATCH_OP_*
 * @told_flags: FUTEXWATCH_F_* of it
 * @told_asked: how many it may wake on the second word
 * @told: its words; the second may be 0
 * @told_to: the sessions that were told of it; 0: it is in none
 */
struct fxw_waiter {
	unsigned long key;
	struct task_struct *task;
	u32 gen;
	u8 state;
	u8 cause;
	u8 restarted;
	u8 queued;
	bool adopted;
	u8 io;
	struct fxw_call call;
	u16 abi_flags;
	u32 tid;
	u32 pid;
	u64 space;
	u64 id;
	u64 begin_ns;
	u64 queue_ns;
	u64 waking_ns;
	u64 suspend_ns;
	void *q;
	struct fxw_word word;
	u64 moved_to;
	u32 depth;
	u32 scanned;
	const struct fxw_hb *hb;
	struct fxw_place place;
	struct fxw_place last;
	u32 waker_tid;
	u32 waker_pid;
	void *restart_fn;
	unsigned long sessions;
	u64 sampled;
	unsigned long counted;
	u32 woken[2];
	u32 wakee_tid[2];
	struct fxw_woke woke;
	struct fxw_waiter *words;
	u32 nr_words;
	u32 nr_seen;
	struct fxw_waiter *io_words;
	const void *io_req;
	u64 io_id;
	const void *req;
	bool light;
	u8 ends;
	u8 told_op;
	u16 told_flags;
	u32 told_asked;
	u64 told[2];
	unsigned long told_to;
} ____cacheline_aligned;

/* Control path: the array lives while the hooks do. */
int fxw_waiters_alloc(void);
void fxw_waiters_free(void);
int fxw_light_alloc(void);
void fxw_light_free(void);
/* Entries for tasks; and all, with those for words behind them (vector.h). */
u32 fxw_waiters_size(void);
u32 fxw_waiters_end(void);
u32 fxw_waiters_in_flight(void);
/* Clears a stopped session's bit everywhere; no probe may set it any more. */
void fxw_waiters_forget(int session);
void fxw_light_forget(int session);
/* Entry @i if a wait is open there, to be copied with its @gen compared. */
struct fxw_waiter *fxw_waiters_at(u32 i);
u32 fxw_light_end(void);
struct fxw_waiter *fxw_light_at(u32 i);

#define fxw_stack_of(task) ((unsigned long)task_stack_page(task))

/* Data path, preemption off. The mask is that of both tables. */
extern struct fxw_waiter *fxw_waiters_entries;
extern struct fxw_waiter *fxw_light_entries;
extern unsigned long fxw_waiters_mask;

/* Where the search for a stack begins. */
static inline unsigned long fxw_waiters_home(unsigned long stack)
{
	return hash_long(stack / THREAD_SIZE, 32) & fxw_waiters_mask;
}

struct fxw_waiter *fxw_waiters_find_far(struct fxw_waiter *entries,
					unsigned long stack);

/* Most are where the search begins. */
static __always_inline struct fxw_waiter *
fxw_waiters_find_in(struct fxw_waiter *entries, unsigned long stack)
{
	struct fxw_waiter *w = &entries[fxw_waiters_home(stack)];

	if (likely(READ_ONCE(w->key) == stack))
		return w;
	return fxw_waiters_find_far(entries, stack);
}

#define fxw_waiters_find(stack) fxw_waiters_find_in(fxw_waiters_entries, stack)
#define fxw_light_find(stack)	fxw_waiters_find_in(fxw_light_entries, stack)

/* Makes one for @t. */
struct fxw_waiter *fxw_waiters_of_slow(struct fxw_waiter *entries,
				       struct task_struct *t);

/*
 * The entry of @t, which is current or sleeps under its pi_lock; @create: made
 * when there is none; NULL: table full.
 */
static __always_inline struct fxw_waiter *
fxw_waiters_of_in(struct fxw_waiter *entries, struct task_struct *t,
		  bool create)
{
	struct fxw_waiter *w = fxw_waiters_find_in(entries, fxw_stack_of(t));

	if (likely(w && w->task == t))
		return w;
	return create ? fxw_waiters_of_slow(entries, t) : NULL;
}

/*
 * The same without making one, for those to whom two instructions matter: *@w is
 * written; false: there is none. Of who sleeps it is the caller's to compare
 * @task.
 */
static __always_inline bool fxw_waiters_get(struct fxw_waiter *entries,
					    unsigned long stack,
					    struct fxw_waiter **w)
{
	*w = &entries[fxw_waiters_home(stack)];
	if (likely(READ_ONCE((*w)->key) == stack))
		return true;
	*w = fxw_waiters_find_far(entries, stack);
	return *w;
}

#define fxw_waiters_of(t, create) \
	fxw_waiters_of_in(fxw_waiters_entries, t, create)
#define fxw_waiters_mine(create) fxw_waiters_of(current, create)
#define fxw_light_of(t, create)	 fxw_waiters_of_in(fxw_light_entries, t, create)
#define fxw_light_mine(create)	 fxw_light_of(current, create)

void fxw_waiters_release(struct fxw_waiter *w);

/* Numbers for info and counters; all only ever grow while hooked. */
extern atomic64_t fxw_waiters_lost;
extern unsigned int fxw_waiters_param;

#endif /* FXW_WAITERS_H */
