/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * futexwatch - the contract between the module and user space.
 *
 * One open file of /dev/futexwatch is one session: it is configured, its
 * rings are mapped, it is started, read, stopped and closed. Sessions do not
 * see each other. The man page futexwatch(4) tells the same as a story.
 *
 * Conventions
 *  - All times are CLOCK_MONOTONIC nanoseconds, all sizes bytes unless the
 *    field says otherwise, all padding must be zero on the way in and is zero
 *    on the way out. Pointers travel as __u64, so that 32-bit callers work.
 *  - Every argument starts with @size, set by the caller to the sizeof() it
 *    was compiled with. A kernel that knows fewer fields accepts a longer
 *    argument when the rest is zero; one that knows more takes absent fields
 *    as zero and writes back only @size bytes.
 *  - Kernel addresses never appear. @space is an opaque number for an address
 *    space, equal for equal address spaces while the module is loaded.
 *  - Process and thread ids given to a call are those of the caller's PID
 *    namespace. Records carry both those (@pid_ns, @tid_ns; 0 when the task
 *    is not visible there) and the initial namespace's (@pid, @tid).
 *
 * Errors of every call
 *  EPERM   open: neither CAP_PERFMON nor CAP_SYS_ADMIN.
 *  ENOTTY  the ioctl number is not known.
 *  EINVAL  a value is out of its range, an unknown flag or a non-zero pad, or
 *          @size is below the first version's.
 *  E2BIG   the tail beyond what the kernel knows is not zero; or a size or
 *          count is above the limits that FUTEXWATCH_IOC_INFO reports.
 *  EFAULT  a pointer cannot be read or written.
 *  ENOMEM  memory, RLIMIT_MEMLOCK or the module's max_mb is exhausted.
 *  EBUSY   not now: already started, already configured, already mapped, or
 *          all FUTEXWATCH_MAX_SESSIONS are running; rmmod: a session is open.
 *  EBADFD  not yet: the session has no configuration (or no ring, no table).
 *  ESRCH   a process or thread named in the filter does not exist.
 *  ENODEV  a hook the session cannot do without was refused by the kernel.
 *  EIO     read: the session is corrupt (see FUTEXWATCH_ST_CORRUPT).
 *  EAGAIN  read with O_NONBLOCK: no record is there.
 *  EACCES, EPERM  mmap: a writable mapping of the records.
 */
#ifndef _UAPI_LINUX_FUTEXWATCH_H
#define _UAPI_LINUX_FUTEXWATCH_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Version of the calls: moves when a call changes its meaning. */
#define FUTEXWATCH_ABI_VERSION 1
/*
 * Version of struct futexwatch_record: moves when its layout changes. What was
 * reserved, and 0, may get a meaning without that.
 */
#define FUTEXWATCH_RECORD_VERSION 1

#define FUTEXWATCH_DEVICE "/dev/futexwatch"

#define FUTEXWATCH_MAX_SESSIONS 16
#define FUTEXWATCH_HIST_BUCKETS 128
#define FUTEXWATCH_HIST_BLOCK	16
#define FUTEXWATCH_WAKERS	4
#define FUTEXWATCH_COMM_LEN	16
#define FUTEXWATCH_REGS		17

/*
 * The bucket of a wait where it is not known (FUTEXWATCH_IOC_BUCKETS tells
 * why), and the table (@table) that an index counts in: that of the address
 * space itself (@space; Linux 6.16 and later), or the one all processes share,
 * of which there is one for each NUMA node since then.
 */
#define FUTEXWATCH_BUCKET_UNKNOWN 0xffffffffU
#define FUTEXWATCH_TABLE_UNKNOWN  0
#define FUTEXWATCH_TABLE_PRIVATE  1
#define FUTEXWATCH_TABLE_GLOBAL	  2 /* of node 0; 2 + N of node N */

/*
 * Operations (@op; the filter's @ops is a mask of 1 << op). 0 to 13 are the
 * commands of futex(2) as <linux/futex.h> numbers them. The rest are other
 * ways in, or wakes that no futex call asked for. IO and IO_WAIT are booked on
 * the thread that submitted the request. Nobody sleeps in an IO_WAIT: it ends
 * when io_uring completes it, INTERRUPTED (with CAUSE_IO) if it was cancelled.
 */
#define FUTEXWATCH_OP_WAIT		0
#define FUTEXWATCH_OP_WAKE		1
#define FUTEXWATCH_OP_REQUEUE		3
#define FUTEXWATCH_OP_CMP_REQUEUE	4
#define FUTEXWATCH_OP_WAKE_OP		5
#define FUTEXWATCH_OP_LOCK_PI		6
#define FUTEXWATCH_OP_UNLOCK_PI		7
#define FUTEXWATCH_OP_TRYLOCK_PI	8
#define FUTEXWATCH_OP_WAIT_BITSET	9
#define FUTEXWATCH_OP_WAKE_BITSET	10
#define FUTEXWATCH_OP_WAIT_REQUEUE_PI	11
#define FUTEXWATCH_OP_CMP_REQUEUE_PI	12
#define FUTEXWATCH_OP_LOCK_PI2		13
#define FUTEXWATCH_OP_WAITV		16 /* futex_waitv(2) */
#define FUTEXWATCH_OP_FUTEX2_WAKE	17 /* futex_wake(2) */
#define FUTEXWATCH_OP_FUTEX2_WAIT	18 /* futex_wait(2) */
#define FUTEXWATCH_OP_FUTEX2_REQUEUE	19 /* futex_requeue(2) */
#define FUTEXWATCH_OP_EXIT		20 /* wake at clear_child_tid */
#define FUTEXWATCH_OP_ROBUST		21 /* wake by a robust list */
#define FUTEXWATCH_OP_IO		22 /* wake by io_uring */
#define FUTEXWATCH_OP_IO_WAIT		23 /* wait by io_uring: asynchronous */
#define FUTEXWATCH_OPS			24
#define FUTEXWATCH_OPS_ALL		((1U << FUTEXWATCH_OPS) - 1)

/*
 * Outcomes of a wait (@outcome). Requeued: it went on at another word, where
 * it has a record of its own. Other word: another word of the same
 * futex_waitv ended it. Waiting: it has not ended (snapshot, recordings).
 */
#define FUTEXWATCH_OUT_WOKEN		0
#define FUTEXWATCH_OUT_VALUE_CHANGED	1
#define FUTEXWATCH_OUT_TIMED_OUT	2
#define FUTEXWATCH_OUT_INTERRUPTED	3
#define FUTEXWATCH_OUT_REQUEUED		4
#define FUTEXWATCH_OUT_OTHER_WORD	5
#define FUTEXWATCH_OUT_ACQUIRED		6
#define FUTEXWATCH_OUT_OWNER_DIED	7
#define FUTEXWATCH_OUT_KILLED		8
#define FUTEXWATCH_OUT_ERROR		9
#define FUTEXWATCH_OUT_WAITING		10
#define FUTEXWATCH_OUTCOMES		11

/*
 * What ended the sleep (@cause of a wait), or who asked (@cause of a wake).
 * For TIMER and SIGNAL there is no waker.
 */
#define FUTEXWATCH_CAUSE_NONE	0 /* it did not sleep, or nobody was seen */
#define FUTEXWATCH_CAUSE_CALL	1 /* a futex call of the waker */
#define FUTEXWATCH_CAUSE_PI	2 /* a PI lock was handed over */
#define FUTEXWATCH_CAUSE_EXIT	3 /* the waker exited: clear_child_tid */
#define FUTEXWATCH_CAUSE_ROBUST	4 /* the waker died holding the lock */
#define FUTEXWATCH_CAUSE_IO	5 /* io_uring */
#define FUTEXWATCH_CAUSE_TIMER	6 /* from interrupt: the timeout */
#define FUTEXWATCH_CAUSE_SIGNAL	7 /* from a task outside any futex wake */
#define FUTEXWATCH_CAUSES	8

/* @flags of records, snapshot entries and (ORed over all calls) rows. */
#define FUTEXWATCH_F_PRIVATE	(1U << 0) /* FUTEX_PRIVATE_FLAG was given */
#define FUTEXWATCH_F_REALTIME	(1U << 1) /* FUTEX_CLOCK_REALTIME */
#define FUTEXWATCH_F_SHARED	(1U << 2) /* FUTEX_PRIVATE_FLAG was not given */
#define FUTEXWATCH_F_ASLEEP	(1U << 3) /* the kernel queued the waiter */
#define FUTEXWATCH_F_ADOPTED	(1U << 4) /* begin unknown; times are 0 */
#define FUTEXWATCH_F_RESTARTED	(1U << 5) /* went on in restart_syscall */
#define FUTEXWATCH_F_TIMEOUT	(1U << 6) /* a timeout was given */
#define FUTEXWATCH_F_COMPAT	(1U << 7) /* called through the 32-bit ABI */
#define FUTEXWATCH_F_MOVED	(1U << 8) /* came from @address2 by requeue */
#define FUTEXWATCH_F_SUSPENDED	(1U << 9) /* interrupted, may be restarted */
#define FUTEXWATCH_F_NO_WHEN	(1U << 10) /* requeued at an unknown moment:
					    * both parts carry the end's time
					    */
#define FUTEXWATCH_F_MORE	(1U << 11) /* light capture: adds to a call that
					    * was told before
					    */
/*
 * Bits 12 to 15, of waits and of stacks: the session took one in 2^n waits when
 * this one began (FUTEXWATCH_IOC_SAMPLE); it stands for so many. A row's @flags
 * have any of them when some of its figures are estimated by that.
 */
#define FUTEXWATCH_F_SAMPLE_SHIFT 12
#define FUTEXWATCH_F_SAMPLE	  (0xfU << FUTEXWATCH_F_SAMPLE_SHIFT)

/* @type of a record. */
#define FUTEXWATCH_REC_WAIT	1 /* a wait has ended */
#define FUTEXWATCH_REC_WAKE	2 /* a wake has been carried out */
#define FUTEXWATCH_REC_REQUEUE	3 /* the requeue part of a call */
#define FUTEXWATCH_REC_FORK	4 /* a task was created */
#define FUTEXWATCH_REC_EXEC	5 /* a process runs a new program */
#define FUTEXWATCH_REC_EXIT	6 /* a task ended; @comm is its last name */
#define FUTEXWATCH_REC_STACK	7 /* where a task waited or woke somebody */

/**
 * struct futexwatch_head - what every record starts with
 * @type: FUTEXWATCH_REC_*
 * @op: FUTEXWATCH_OP_* of the call (0 in fork, exec and exit records)
 * @flags: FUTEXWATCH_F_*
 * @seq: number of this record among all that this ring was offered, modulo
 *	2^32; dropped records have numbers too, so a gap is a loss
 * @time_ns: when it ended (wait) or happened (all others)
 * @address: the futex word; 0 in fork, exec and exit records
 * @space: the address space of the caller
 * @tid: thread, initial PID namespace: waiter, waker, or the task concerned
 * @pid: its process (thread group)
 * @tid_ns: the same thread in the session's PID namespace, 0 if not there
 * @pid_ns: the same process there
 * @ret: what the call returned, as the kernel's exit path sees it (-512, -513
 *	and -516 are the kernel's own restart codes); 0 where there is no call
 * @cpu: the CPU it was written on, which is also the number of its ring
 */
struct futexwatch_head {
	__u8 type;
	__u8 op;
	__u16 flags;
	__u32 seq;
	__u64 time_ns;
	__u64 address;
	__u64 space;
	__u32 tid;
	__u32 pid;
	__u32 tid_ns;
	__u32 pid_ns;
	__s32 ret;
	__u32 cpu;
};

/**
 * struct futexwatch_wait - FUTEXWATCH_REC_WAIT, and an entry of the snapshot
 * @head: common part; its @time_ns is the end (snapshot: the moment of it)
 * @outcome: FUTEXWATCH_OUT_*
 * @cause: FUTEXWATCH_CAUSE_*; what ended the sleep
 * @depth: waiters in the hash bucket when this one was queued: the kernel's
 *	own count, an upper bound; 0 when not queued; saturates at 65535
 * @bucket: index of the hash bucket, or FUTEXWATCH_BUCKET_UNKNOWN: where it
 *	was queued, or where it was when it was woken, if that is known
 * @wait_ns: from the call to its end; the begin is @time_ns - @wait_ns
 * @asleep_ns: from (the last) queueing to the waking; 0 when not queued
 * @run_delay_ns: from the waking to the end: time to get the CPU back
 * @waker_tid: who woke it (initial namespace); 0 when nobody is known
 * @waker_pid: its process
 * @val: the value the caller expected
 * @bitset: the bitset of the wait (all ones for plain waits)
 * @address2: requeue: the other word, where it went (REQUEUED) or from where
 *	it came (FUTEXWATCH_F_MOVED); WAIT_REQUEUE_PI: the PI word; else 0
 * @id: number of the wait, unique while the module is loaded; both parts of
 *	a requeued wait share it
 * @scanned: waiters of the bucket that its waker looked at to find it, itself
 *	included, beyond those that it had looked at before in the same call;
 *	0: not known, or not woken so
 * @table: FUTEXWATCH_TABLE_* of @bucket
 * @table_order: log2 of the number of buckets in that table
 * @pad: 0
 */
struct futexwatch_wait {
	struct futexwatch_head head;
	__u8 outcome;
	__u8 cause;
	__u16 depth;
	__u32 bucket;
	__u64 wait_ns;
	__u64 asleep_ns;
	__u64 run_delay_ns;
	__u32 waker_tid;
	__u32 waker_pid;
	__u32 val;
	__u32 bitset;
	__u64 address2;
	__u64 id;
	__u32 scanned;
	__u16 table;
	__u8 table_order;
	__u8 pad;
};

/**
 * struct futexwatch_wake - FUTEXWATCH_REC_WAKE and FUTEXWATCH_REC_REQUEUE
 * @head: common part
 * @cause: FUTEXWATCH_CAUSE_*; who asked
 * @pad: 0
 * @asked: how many waiters it asked to wake (or to move), as given
 * @woken: how many it woke (WAKE; 0 in REQUEUE records)
 * @moved: how many it moved to @address2 (REQUEUE; 0 in WAKE records)
 * @address2: second word of REQUEUE ops and of WAKE_OP; 0 otherwise. The
 *	second word of a WAKE_OP has a WAKE record of its own, with the words
 *	exchanged, when a waiter was seen woken there.
 * @val3: bitset of WAKE_BITSET and futex_wake(2), encoded operation of
 *	WAKE_OP, expected value of CMP_REQUEUE, CMP_REQUEUE_PI and
 *	futex_requeue(2); all ones for other calls, 0 where no call asked
 * @wakee_tid: the first task it woke (initial namespace), 0 if none or not
 *	known here (the wait records name each waker)
 * @reserved: 0
 *
 * The light capture tells of a call when it begins, with @woken and @moved 0 and
 * @head.ret 0. What it comes to follows in records with FUTEXWATCH_F_MORE, which
 * are no calls: WAKE: @woken more of @head.address by @head.tid, after @asked
 * that were told before; with 0 the call had so far counted as an empty one.
 * REQUEUE: @moved more, told when their waits have ended.
 */
struct futexwatch_wake {
	struct futexwatch_head head;
	__u8 cause;
	__u8 pad[3];
	__u32 asked;
	__u32 woken;
	__u32 moved;
	__u64 address2;
	__u32 val3;
	__u32 wakee_tid;
	__u64 reserved[5];
};

/**
 * struct futexwatch_task - FUTEXWATCH_REC_FORK, _EXEC and _EXIT
 * @head: common part: the new task (fork) or the task itself
 * @parent_tid: fork: the creating thread; else 0 (initial namespace)
 * @parent_pid: its process
 * @comm: the task's name, zero-terminated
 * @old_tid: exec: the tid before it, when a thread that was not the leader
 *	called; else @tid
 * @pad: 0
 * @reserved: 0
 */
struct futexwatch_task {
	struct futexwatch_head head;
	__u32 parent_tid;
	__u32 parent_pid;
	__u8 comm[FUTEXWATCH_COMM_LEN];
	__u32 old_tid;
	__u32 pad;
	__u64 reserved[5];
};

/* Whose stack it is (@whose). */
#define FUTEXWATCH_STACK_WAITER 0
#define FUTEXWATCH_STACK_WAKER	1

/**
 * struct futexwatch_stack - FUTEXWATCH_REC_STACK: where a task called from
 * @head: common part, of the wait that ended, or of the wake. @ret is that of
 *	the wait; 0 of a wake.
 * @whose: FUTEXWATCH_STACK_*
 * @pad: 0
 * @bytes: how much of the stack was copied: what of @stack_bytes was in
 *	memory, from the stack pointer on; 0 of a 32-bit task
 * @id: number of the wait; of a waker: of the longest that it ended
 * @wait_ns: how long that took; of a waker: how long it had taken so far
 * @site: 0; for user space, which may number what it makes of stacks
 * @pad2: 0
 * @reserved: 0
 */
struct futexwatch_stack {
	struct futexwatch_head head;
	__u8 whose;
	__u8 pad[3];
	__u32 bytes;
	__u64 id;
	__u64 wait_ns;
	__u32 site;
	__u32 pad2;
	__u64 reserved[5];
};

/**
 * struct futexwatch_stack_slot - what a slot of a ring of stacks begins with
 * @stack: whose it is, and why it was taken
 * @regs: the user registers, by their DWARF numbers: rax, rdx, rcx, rbx, rsi,
 *	rdi, rbp, rsp, r8 to r15, rip
 * @reserved: 0
 *
 * @stack.bytes of the stack follow, the first at the address rsp.
 */
struct futexwatch_stack_slot {
	struct futexwatch_stack stack;
	__u64 regs[FUTEXWATCH_REGS];
	__u64 reserved[7];
};

/**
 * union futexwatch_record - one slot of a ring: 128 bytes, whatever the type
 * @head: to find the type
 * @wait: FUTEXWATCH_REC_WAIT
 * @wake: FUTEXWATCH_REC_WAKE, FUTEXWATCH_REC_REQUEUE
 * @task: FUTEXWATCH_REC_FORK, _EXEC, _EXIT
 * @stack: FUTEXWATCH_REC_STACK; these have rings of their own
 */
union futexwatch_record {
	struct futexwatch_head head;
	struct futexwatch_wait wait;
	struct futexwatch_wake wake;
	struct futexwatch_task task;
	struct futexwatch_stack stack;
};

/**
 * struct futexwatch_ring_page - control page of one CPU's ring (mapped r/w)
 * @head: records written so far; kernel writes (release), reader reads
 *	(acquire). The records @tail .. @head - 1 are there, record i in slot
 *	i & (ring_records - 1) of this CPU's part of the data area.
 * @oldest: lowest index that is still there; kernel writes. Equal to what
 *	the reader accepted, except in overwrite mode.
 * @dropped: records lost by this ring: refused (default) or overwritten
 * @pad0: keeps the reader's index on a cache line of its own
 * @tail: records the reader is done with; reader writes (release), kernel
 *	reads (acquire). Anything but a value between the last accepted one and
 *	@head marks the session corrupt: the kernel then never looks at it again.
 * @pad1: rest of the page, 0
 *
 * The kernel keeps copies of its own of all it writes: a reader that scribbles
 * here misleads only itself.
 */
struct futexwatch_ring_page {
	__u64 head;
	__u64 oldest;
	__u64 dropped;
	__u64 pad0[5];
	__u64 tail;
	__u64 pad1[503];
};

/* Hooks (@hooks_* of struct futexwatch_info). */
#define FUTEXWATCH_HOOK_SYS_ENTER	(1U << 0)
#define FUTEXWATCH_HOOK_SYS_EXIT	(1U << 1)
#define FUTEXWATCH_HOOK_WAKING		(1U << 2)
#define FUTEXWATCH_HOOK_FORK		(1U << 3)
#define FUTEXWATCH_HOOK_EXEC		(1U << 4)
#define FUTEXWATCH_HOOK_EXIT		(1U << 5)
#define FUTEXWATCH_HOOK_QUEUE		(1U << 6) /* __futex_queue */
#define FUTEXWATCH_HOOK_MARK		(1U << 7) /* futex_wake_mark */
#define FUTEXWATCH_HOOK_KPROBE		(1U << 8) /* QUEUE, MARK by kprobes */
#define FUTEXWATCH_HOOK_IO		(1U << 9) /* io_uring: io_futex_* */
#define FUTEXWATCH_HOOK_LIGHT		(1U << 10) /* for the light capture */

/* Where buckets come from (@bucket_model). */
#define FUTEXWATCH_MODEL_UNKNOWN	0
#define FUTEXWATCH_MODEL_GLOBAL		1 /* one table for the system */
#define FUTEXWATCH_MODEL_PRIVATE	2 /* a table per process as well */

/*
 * Why it is not known in which bucket a queued wait was (@untold of struct
 * futexwatch_buckets).
 */
#define FUTEXWATCH_UNTOLD_HOOK	  0 /* no hook on the wait queues */
#define FUTEXWATCH_UNTOLD_SILENT  1 /* hooked, but switched off in the kernel
				     * (kernel.ftrace_enabled=0), or skipped
				     */
#define FUTEXWATCH_UNTOLD_KEY	  2 /* where the kernel keeps keys is unknown */
#define FUTEXWATCH_UNTOLD_PROOF	  3 /* its table's base is not proved (yet) */
#define FUTEXWATCH_UNTOLD_ADOPTED 4 /* it slept before the hooks were set */
#define FUTEXWATCH_UNTOLD_OTHER	  5
#define FUTEXWATCH_UNTOLDS	  6

/**
 * struct futexwatch_base - what is known of where a table begins
 * @table: FUTEXWATCH_TABLE_*; PRIVATE: of all private tables together
 * @proved: 1: it is, and indices are told; 0: not, or no longer
 * @agreed: waits whose bucket was where the kernel's formula has it, since
 *	the module was loaded; once proved, one of 32 is held against it
 * @disagreed: waits whose bucket was not there. One takes the proof away.
 * @lost: how often a proof was taken away
 * @need: waits that have to agree in a row, in 8 different buckets at least,
 *	to prove it: 16, and twice as many after each proof that was lost
 */
struct futexwatch_base {
	__u32 table;
	__u32 proved;
	__u64 agreed;
	__u64 disagreed;
	__u64 lost;
	__u64 need;
};

/**
 * struct futexwatch_buckets - FUTEXWATCH_IOC_BUCKETS: where waits are queued
 * @size: sizeof(struct futexwatch_buckets)
 * @model: FUTEXWATCH_MODEL_*
 * @global_order: log2 of the number of buckets in each global table
 * @nr_nodes: number of global tables: 1, or the highest possible node + 1
 * @item_size: in: sizeof(struct futexwatch_base) of the caller
 * @count: in: room at @bases; out: how many there are
 * @bases: address of struct futexwatch_base[]: first that of the private
 *	tables, if @model is PRIVATE, then the global one of each node
 * @told: how often a waiter was queued in a bucket that was known, since the
 *	module was loaded
 * @untold: in one that was not, by FUTEXWATCH_UNTOLD_*; HOOK and SILENT are
 *	waits that must have been queued, by how they ended
 */
struct futexwatch_buckets {
	__u32 size;
	__u32 model;
	__u32 global_order;
	__u32 nr_nodes;
	__u32 item_size;
	__u32 count;
	__u64 bases;
	__u64 told;
	__u64 untold[FUTEXWATCH_UNTOLDS];
};

/* @flags of struct futexwatch_word, besides FUTEXWATCH_F_PRIVATE. */
#define FUTEXWATCH_WORD_NODE (1U << 31) /* @node counts (FUTEX2_NUMA) */

/**
 * struct futexwatch_word - a futex word, and the bucket it belongs to
 * @address: in: the word, a multiple of 4
 * @pid: in: a process (or thread) in whose address space it is, in the
 *	caller's PID namespace
 * @flags: in: FUTEXWATCH_F_PRIVATE: FUTEX_PRIVATE_FLAG is given with it; and
 *	FUTEXWATCH_WORD_NODE
 * @node: in: the NUMA node it asks for, with FUTEXWATCH_WORD_NODE; else 0
 * @status: out: 0, or why the rest is not known, as an errno:
 *	EAGAIN  the base of its table is not proved (yet)
 *	ENODATA no shared wait or wake has given its file or its address space
 *		the number yet by which the kernel hashes it
 *	EFAULT  there is no mapping, or none whose key can be told beforehand
 *		(a private mapping that is read only)
 *	ESRCH   no such process, or it has no address space
 *	EINVAL  @address, @flags or @node is not valid
 * @bucket: out: index of its bucket, or FUTEXWATCH_BUCKET_UNKNOWN
 * @table: out: FUTEXWATCH_TABLE_* of it
 * @table_order: out: log2 of the number of buckets in that table
 * @pad: 0
 * @slots: out: buckets in the private table of the process; 0: it has none,
 *	and its private words are in the global one
 * @waiters: out: the kernel's count of waiters in the bucket, an upper bound
 *	that counts who is about to queue or to look, too
 *
 * What is told is where a waiter would be queued now. A private table may be
 * replaced at any time.
 */
struct futexwatch_word {
	__u64 address;
	__u32 pid;
	__u32 flags;
	__u32 node;
	__u32 status;
	__u32 bucket;
	__u16 table;
	__u8 table_order;
	__u8 pad;
	__u32 slots;
	__u32 waiters;
};

/**
 * struct futexwatch_words - FUTEXWATCH_IOC_WORDS: the buckets of futex words
 * @size: sizeof(struct futexwatch_words)
 * @count: in: number of @words, at most 65536
 * @item_size: in: sizeof(struct futexwatch_word) of the caller
 * @pad: 0
 * @words: address of struct futexwatch_word[]
 */
struct futexwatch_words {
	__u32 size;
	__u32 count;
	__u32 item_size;
	__u32 pad;
	__u64 words;
};

/**
 * struct futexwatch_info - FUTEXWATCH_IOC_INFO: what this module is and can do
 * @size: sizeof(struct futexwatch_info)
 * @abi_version: FUTEXWATCH_ABI_VERSION of the module
 * @record_version: FUTEXWATCH_RECORD_VERSION of the module
 * @record_size: sizeof(union futexwatch_record)
 * @nr_rings: number of rings a session gets: the highest possible CPU + 1
 * @hooks_found: FUTEXWATCH_HOOK_* that this kernel offers
 * @hooks_live: those hooked right now, by any session or listener
 * @bucket_model: FUTEXWATCH_MODEL_*
 * @max_ring_records: most records per ring
 * @max_table_rows: most rows of a table
 * @max_filter_ids: most processes, and most threads, in a filter
 * @sessions_open: open files of the device
 * @sessions_live: those that are started
 * @waits_in_flight: tasks that wait now, as far as they were seen
 * @waiters_size: how many waiting tasks can be followed at once
 * @listeners: trace events futexwatch:* that are switched on, counted for
 *	tracefs and for perf each
 * @memory_used: bytes that all sessions hold
 * @memory_limit: most they may hold together (module parameter max_mb)
 * @module_version: zero-terminated
 */
struct futexwatch_info {
	__u32 size;
	__u32 abi_version;
	__u32 record_version;
	__u32 record_size;
	__u32 nr_rings;
	__u32 hooks_found;
	__u32 hooks_live;
	__u32 bucket_model;
	__u32 max_ring_records;
	__u32 max_table_rows;
	__u32 max_filter_ids;
	__u32 sessions_open;
	__u32 sessions_live;
	__u32 waits_in_flight;
	__u32 waiters_size;
	__u32 listeners;
	__u64 memory_used;
	__u64 memory_limit;
	__u8 module_version[32];
};

/* @flags of struct futexwatch_config. */
#define FUTEXWATCH_CFG_RING	 (1U << 0) /* stream records */
#define FUTEXWATCH_CFG_TABLE	 (1U << 1) /* keep a row per futex word */
#define FUTEXWATCH_CFG_OVERWRITE (1U << 2) /* full ring: oldest goes first */
#define FUTEXWATCH_CFG_FOLLOW	 (1U << 3) /* @pids: future children too */
#define FUTEXWATCH_CFG_TASKS	 (1U << 4) /* fork, exec and exit records */
#define FUTEXWATCH_CFG_STACKS	 (1U << 5) /* stacks, in rings of their own */
#define FUTEXWATCH_CFG_LIGHT	 (1U << 6) /* the light capture */
#define FUTEXWATCH_CFG_ALL	 (0x7fU)

/*
 * FUTEXWATCH_CFG_LIGHT: no system call is traced, only the kernel's functions
 * for futex wait queues are, so that who makes other calls pays nothing. Seen
 * are waits that sleep, from their queueing on, and wakes that get as far as the
 * queues; not calls that fail, waits that do not sleep (their value had changed,
 * or the lock was free), futex_waitv(2) and io_uring. A wait of
 * FUTEX_WAIT_REQUEUE_PI that gets its lock from the requeue itself is lost, and
 * counted so (@waiters_lost). Who takes over a PI lock whose owner died acquires
 * it from nobody, and a timeout that a signal came upon is told as interrupted.
 * Without STACKS. A session on a kernel
 * whose functions cannot be hooked by ftrace does not start: EOPNOTSUPP.
 */

/* @stack_bytes: what is taken for 0, the least and the most. */
#define FUTEXWATCH_STACK_DEFAULT 4096U
#define FUTEXWATCH_STACK_MIN	 256U
#define FUTEXWATCH_STACK_MAX	 32768U

/**
 * struct futexwatch_config - FUTEXWATCH_IOC_CONFIG: what a session records
 * @size: sizeof(struct futexwatch_config)
 * @flags: FUTEXWATCH_CFG_*; at least one of RING, TABLE and STACKS
 * @ring_records: in: records per ring, a power of two from 16; 0: 8192 (1 MiB
 *	per CPU). out: what it became. Only with RING.
 * @table_rows: in: rows of the table, a power of two from 64; 0: 8192. out:
 *	what it became. Only with TABLE.
 * @watermark: poll wakes when a ring holds this many records; 0: half a ring
 * @wake_ms: poll wakes at the latest this long after a record; 0: 100;
 *	at most 60000
 * @ops: mask of 1 << FUTEXWATCH_OP_*; 0: all
 * @nr_pids: number of processes at @pids; 0: every process,
 *	unless @nr_tids is given
 * @nr_tids: number of threads at @tids; 0: those of the processes
 * @pad: 0
 * @pids: address of __u32[nr_pids], process ids (thread groups)
 * @tids: address of __u32[nr_tids]. With both, what either names is wanted.
 * @min_wait_ns: waits that ended sooner are left out of table and ring
 * @addr_first: lowest futex word
 * @addr_last: highest futex word, inclusive; 0: no upper limit
 * @ctl_offset: out: where to mmap the control pages (PROT_READ|PROT_WRITE,
 *	MAP_SHARED), one struct futexwatch_ring_page per ring
 * @ctl_size: out: length of that mapping
 * @data_offset: out: where to mmap the records (PROT_READ, MAP_SHARED), all
 *	rings one after the other
 * @data_size: out: length of that mapping
 * @stack_min_ns: with STACKS: the stack of a waiter is taken when a wait ends
 *	that took this long, and that of the task whose call ended such a wait;
 *	0: of each wait. Waits that were adopted count as short.
 * @stack_bytes: in: how much of a stack is copied, at most, a multiple of 8;
 *	0: FUTEXWATCH_STACK_DEFAULT. out: what it became.
 * @stack_records: in: slots of each ring of stacks, a power of two from 8; 0:
 *	256. out: what it became.
 * @stack_rate: in: stacks that are taken in a second on each CPU, at most,
 *	after a burst of a tenth of that; 0: 1000. out: what it became.
 * @stack_slot: out: size of a slot: struct futexwatch_stack_slot and
 *	@stack_bytes
 * @stack_offset: out: where to mmap the stacks (PROT_READ, MAP_SHARED), all
 *	rings one after the other. The control pages of the rings of stacks
 *	follow those of the rings of records, which are there with RING only.
 * @stack_size: out: length of that mapping
 *
 * One call per session; each area can be mapped once.
 */
struct futexwatch_config {
	__u32 size;
	__u32 flags;
	__u32 ring_records;
	__u32 table_rows;
	__u32 watermark;
	__u32 wake_ms;
	__u32 ops;
	__u32 nr_pids;
	__u32 nr_tids;
	__u32 pad;
	__u64 pids;
	__u64 tids;
	__u64 min_wait_ns;
	__u64 addr_first;
	__u64 addr_last;
	__u64 ctl_offset;
	__u64 ctl_size;
	__u64 data_offset;
	__u64 data_size;
	__u64 stack_min_ns;
	__u32 stack_bytes;
	__u32 stack_records;
	__u32 stack_rate;
	__u32 stack_slot;
	__u64 stack_offset;
	__u64 stack_size;
};

/* @state of struct futexwatch_counters. */
#define FUTEXWATCH_ST_CONFIGURED (1U << 0)
#define FUTEXWATCH_ST_RUNNING	 (1U << 1)
#define FUTEXWATCH_ST_CORRUPT	 (1U << 2) /* the reader broke its index */

/* @cpu of struct futexwatch_counters: the sum over all rings. */
#define FUTEXWATCH_CPU_ALL 0xffffffffU

/*
 * Why a queued wait that ended woken or acquired has no known waker
 * (@unexplained of struct futexwatch_counters).
 */
#define FUTEXWATCH_WHY_NO_HOOK	0 /* a hook that tells is not there */
#define FUTEXWATCH_WHY_ADOPTED	1 /* it slept before the hooks were set */
#define FUTEXWATCH_WHY_PI	2 /* PI lock taken without having slept */
#define FUTEXWATCH_WHY_OTHER	3
#define FUTEXWATCH_WHYS		4

/**
 * struct futexwatch_counters - FUTEXWATCH_IOC_COUNTERS: the books
 * @size: sizeof(struct futexwatch_counters)
 * @cpu: in: number of a ring, or FUTEXWATCH_CPU_ALL. It selects @produced to
 *	@in_ring; everything after is of the whole session.
 * @state: out: FUTEXWATCH_ST_*
 * @pad: 0
 * @produced: records that were offered to the ring
 * @delivered: records the reader has taken: accepted advance of its index
 * @dropped: records lost: refused by a full ring, or overwritten
 * @in_ring: records that wait for the reader
 *	produced = delivered + dropped + in_ring, exactly once stopped
 * @waits: waits that ended and passed the filter
 * @wakes: wakes that passed the filter
 * @requeues: requeue parts that passed the filter
 * @table_lost: waits and wakes without a row, for the table was full
 * @waiters_lost: waits that could not be followed, for too many tasks waited,
 *	or the words that they wait for were not in memory (system-wide, since
 *	the hooks were set)
 * @unmatched: futex waits that returned without having been seen to begin
 *	(system-wide): they slept before the hooks were set
 * @undecoded: futex calls with an operation that is not known here
 *	(system-wide; the kernel answers most with ENOSYS)
 * @missed: hook runs that the kernel itself skipped (nested probes)
 * @follow_lost: children that could not be followed, for the filter is full
 * @audit_waits: queued waits that ended woken, acquired or owner-died
 * @audit_edges: those of them with a known waker
 * @unexplained: the rest, by FUTEXWATCH_WHY_*
 * @rows_used: rows of the table in use
 * @live_ns: how long the session has recorded, all times it was started
 * @stacks_wanted: waits and wakes whose stack was to be taken
 * @stacks_limited: those of them that @stack_rate left out
 * @stacks_delivered: stacks that the reader has taken
 * @stacks_dropped: stacks lost: refused by a full ring, or overwritten
 * @stacks_in_ring: stacks that wait for the reader
 *	stacks_wanted = stacks_limited + stacks_delivered + stacks_dropped +
 *	stacks_in_ring, exactly once stopped
 * @passed: waits that began and were passed over (FUTEXWATCH_IOC_SAMPLE);
 *	filters have let them pass, but for @min_wait_ns, which sees ends
 */
struct futexwatch_counters {
	__u32 size;
	__u32 cpu;
	__u32 state;
	__u32 pad;
	__u64 produced;
	__u64 delivered;
	__u64 dropped;
	__u64 in_ring;
	__u64 waits;
	__u64 wakes;
	__u64 requeues;
	__u64 table_lost;
	__u64 waiters_lost;
	__u64 unmatched;
	__u64 undecoded;
	__u64 missed;
	__u64 follow_lost;
	__u64 audit_waits;
	__u64 audit_edges;
	__u64 unexplained[FUTEXWATCH_WHYS];
	__u64 rows_used;
	__u64 live_ns;
	__u64 stacks_wanted;
	__u64 stacks_limited;
	__u64 stacks_delivered;
	__u64 stacks_dropped;
	__u64 stacks_in_ring;
	__u64 passed;
};

/**
 * struct futexwatch_waker - who ended waits on a word, most frequent kept
 * @tid: the waking thread (initial namespace), 0: empty
 * @count: waits it ended. When more than FUTEXWATCH_WAKERS threads wake, the
 *	smallest gives way and passes its count on: an upper bound then.
 */
struct futexwatch_waker {
	__u32 tid;
	__u32 count;
};

/*
 * Histograms (@wait_hist, @run_hist): log-linear, four buckets an octave, so
 * a bucket is at most 25 % wide. Bucket 0 holds values below 128 ns, bucket
 * 1 + 4 * o + s values v with 2^(7 + o) <= v < 2^(8 + o) whose two bits below
 * the highest are s; the last bucket (127) holds everything from
 * 2^38 + 2^37 ns (412 s) up.
 */

/**
 * struct futexwatch_row - one futex word of one address space
 * @address: the futex word
 * @space: the address space
 * @pid: process that used it last (initial namespace)
 * @pid_ns: the same in the session's namespace
 * @flags: FUTEXWATCH_F_* of all calls, ORed
 * @bucket: hash bucket of the last queued wait, or FUTEXWATCH_BUCKET_UNKNOWN
 * @first_ns: first timed event since the last reset; 0: none. Plain wakes, which
 *	are told by no clock, may not be timed.
 * @last_ns: last timed event
 * @ops: calls by FUTEXWATCH_OP_* (waits when they end, wakes when done)
 * @outcomes: ended waits by FUTEXWATCH_OUT_*; WAITING stays 0 here, waits in
 *	flight come from FUTEXWATCH_IOC_SNAPSHOT
 * @asleep: ended waits that had been queued
 * @wait_ns: sum of @wait_ns of the ended waits
 * @wait_max_ns: longest
 * @run_delay_ns: sum of @run_delay_ns
 * @run_delay_max_ns: longest
 * @run_delays: number of waits in @run_delay_ns and @run_hist
 * @wakes: calls to wake this word (also exits, robust deaths)
 * @woken: tasks they woke
 * @empty_wakes: wakes that succeeded and woke nobody
 * @wake_errors: wakes that failed
 * @requeues: waiters moved away from this word
 * @waiters: tasks queued on it now
 * @waiters_peak: most at once since the last reset
 * @last_waker: the last thread that ended a wait here, 0: none
 * @last_owner: the last thread that got the lock here: whose wait ended woken
 *	or acquired
 * @wakers: most frequent wakers
 * @wait_hist: distribution of @wait_ns over ended waits
 * @run_hist: distribution of @run_delay_ns
 * @scanned: sum of @scanned of the ended waits
 * @table: FUTEXWATCH_TABLE_* of @bucket
 * @table_order: log2 of the number of buckets in that table
 * @pad: 0
 * @blocks: where the histograms are not empty: bit b < 8 for
 *	FUTEXWATCH_HIST_BLOCK buckets of @wait_hist from that many times b on, bit
 *	8 + b for those of @run_hist
 * @reserved: 0
 */
struct futexwatch_row {
	__u64 address;
	__u64 space;
	__u32 pid;
	__u32 pid_ns;
	__u32 flags;
	__u32 bucket;
	__u64 first_ns;
	__u64 last_ns;
	__u64 ops[FUTEXWATCH_OPS];
	__u64 outcomes[FUTEXWATCH_OUTCOMES];
	__u64 asleep;
	__u64 wait_ns;
	__u64 wait_max_ns;
	__u64 run_delay_ns;
	__u64 run_delay_max_ns;
	__u64 run_delays;
	__u64 wakes;
	__u64 woken;
	__u64 empty_wakes;
	__u64 wake_errors;
	__u64 requeues;
	__u32 waiters;
	__u32 waiters_peak;
	__u32 last_waker;
	__u32 last_owner;
	struct futexwatch_waker wakers[FUTEXWATCH_WAKERS];
	__u32 wait_hist[FUTEXWATCH_HIST_BUCKETS];
	__u32 run_hist[FUTEXWATCH_HIST_BUCKETS];
	__u64 scanned;
	__u16 table;
	__u8 table_order;
	__u8 pad;
	__u16 blocks;
	__u16 reserved;
};

/* @flags of struct futexwatch_cursor. */
#define FUTEXWATCH_CUR_RESET  (1U << 0) /* table: zero each row as it is read */
#define FUTEXWATCH_CUR_SPARSE (1U << 1) /* table: of histograms only @blocks */

/**
 * struct futexwatch_cursor - FUTEXWATCH_IOC_TABLE and FUTEXWATCH_IOC_SNAPSHOT
 * @size: sizeof(struct futexwatch_cursor)
 * @flags: FUTEXWATCH_CUR_*
 * @item_size: in: sizeof(struct futexwatch_row) or sizeof(struct
 *	futexwatch_wait) of the caller; less than the first version's, or more
 *	than this one's, is EINVAL
 * @count: in: room in @items, not 0; out: how many were written, 0 at the end
 * @position: in: 0 to begin, then what the last call gave back
 * @items: address of the array
 *
 * With RESET a row's counts are handed over exactly once: what happens while
 * it is read is in the next reading. Rows without any event since the last
 * reset are not returned, and their place is given back.
 *
 * With SPARSE, of the histograms of a row only the blocks that its @blocks names
 * are written; what stood in the others before stands there yet. @item_size has
 * to be this version's then, or EINVAL. Mostly that saves two thirds of the copy.
 */
struct futexwatch_cursor {
	__u32 size;
	__u32 flags;
	__u32 item_size;
	__u32 count;
	__u64 position;
	__u64 items;
};

/* Where the module runs (@points of struct futexwatch_meter). */
#define FUTEXWATCH_POINT_SYS_ENTER 0
#define FUTEXWATCH_POINT_SYS_EXIT  1
#define FUTEXWATCH_POINT_WAKING	   2
#define FUTEXWATCH_POINT_QUEUE	   3 /* hooks on functions, full capture */
#define FUTEXWATCH_POINT_LIGHT	   4 /* the same, light capture */
#define FUTEXWATCH_POINTS	   5

/**
 * struct futexwatch_point - what the module ran at one place, on all CPUs
 * @hits: runs
 * @timed: those whose time was taken: not those that another one interrupted,
 *	or that were preempted
 * @ns: the time of these, without what it takes to read the clock, and with
 *	interrupts that came meanwhile
 */
struct futexwatch_point {
	__u64 hits;
	__u64 timed;
	__u64 ns;
};

/**
 * struct futexwatch_meter - FUTEXWATCH_IOC_METER: what watching costs
 * @size: of this structure as the caller knows it
 * @flags: 0
 * @duration_ns: how long to look, from a millisecond to ten seconds, in whole
 *	milliseconds; then how long it looked
 * @empty_ns: what a run that does nothing is seen to take; it was taken off
 *	each time
 * @hooks_live: FUTEXWATCH_HOOK_* that were set; a point that has no hook has no
 *	runs
 * @nr_cpus: CPUs that are online
 * @reserved: 0
 * @points: FUTEXWATCH_POINT_*
 *
 * It is the time in the module's probes. What the kernel needs to come to them
 * and back is not in it.
 */
struct futexwatch_meter {
	__u32 size;
	__u32 flags;
	__u64 duration_ns;
	__u64 empty_ns;
	__u32 hooks_live;
	__u32 nr_cpus;
	__u64 reserved;
	struct futexwatch_point points[FUTEXWATCH_POINTS];
};

/* The fewest waits that a session may take: one in 2^this. */
#define FUTEXWATCH_SAMPLE_MAX 10

/**
 * struct futexwatch_sample - FUTEXWATCH_IOC_SAMPLE: take some of the waits only
 * @size: of this structure as the caller knows it
 * @shift: take one in 2^@shift of the waits that begin from now on, by chance;
 *	0 takes all, as a new session does; at most FUTEXWATCH_SAMPLE_MAX
 * @reserved: 0
 *
 * A wait that is taken is told whole, with its rate (FUTEXWATCH_F_SAMPLE); the
 * table counts it, and its times, 2^n times. Of one that is passed over nothing
 * is told but that it was (@passed of struct futexwatch_counters). So sums over
 * waits are estimates, whatever the rate was and however often it changed;
 * @waiters and @waiters_peak of a row, longest times and the snapshot are of
 * waits that were taken. Wakes are all told. Always taken are waits for
 * PI futexes, futex_waitv(2), io_uring's, those that slept when the session
 * started, and all that listeners to the trace events are told. In the light
 * capture a wait that is passed over and woken in vain is drawn for again.
 */
struct futexwatch_sample {
	__u32 size;
	__u32 shift;
	__u64 reserved[2];
};

#define FUTEXWATCH_IOC_MAGIC 0xf7

/*
 * The numbers carry no size, for arguments grow: @size tells. START and STOP
 * take no argument.
 */
/* struct futexwatch_info: what the module is; needs no configuration. */
#define FUTEXWATCH_IOC_INFO	_IO(FUTEXWATCH_IOC_MAGIC, 0)
/* struct futexwatch_config: what to record; allocates rings and table. */
#define FUTEXWATCH_IOC_CONFIG	_IO(FUTEXWATCH_IOC_MAGIC, 1)
/* Begin to record; EBUSY when started. After a STOP: go on. */
#define FUTEXWATCH_IOC_START	_IO(FUTEXWATCH_IOC_MAGIC, 2)
/*
 * End to record; what was recorded stays readable. Stopped: no error. ENOMEM:
 * it has ended, but the waits then in flight could not be kept.
 */
#define FUTEXWATCH_IOC_STOP	_IO(FUTEXWATCH_IOC_MAGIC, 3)
/* struct futexwatch_counters: the books; also while running. */
#define FUTEXWATCH_IOC_COUNTERS	_IO(FUTEXWATCH_IOC_MAGIC, 4)
/* struct futexwatch_cursor over struct futexwatch_row: the table. */
#define FUTEXWATCH_IOC_TABLE	_IO(FUTEXWATCH_IOC_MAGIC, 5)
/*
 * struct futexwatch_cursor over struct futexwatch_wait: the waits in flight
 * that pass the filter; @head.time_ns is now, @outcome is WAITING. A waiter
 * that was requeued is on the word where it is now (FUTEXWATCH_F_MOVED).
 */
#define FUTEXWATCH_IOC_SNAPSHOT	_IO(FUTEXWATCH_IOC_MAGIC, 6)
/* struct futexwatch_buckets: the tables; needs no configuration. */
#define FUTEXWATCH_IOC_BUCKETS	_IO(FUTEXWATCH_IOC_MAGIC, 7)
/* struct futexwatch_words: the buckets of words; needs no configuration. */
#define FUTEXWATCH_IOC_WORDS	_IO(FUTEXWATCH_IOC_MAGIC, 8)
/*
 * struct futexwatch_meter: looks for a while; needs no configuration. EAGAIN:
 * hooks came or went meanwhile. EINTR: a signal came. ENODEV: the kernel takes
 * no probe more. Two who look do so one after the other.
 */
#define FUTEXWATCH_IOC_METER	_IO(FUTEXWATCH_IOC_MAGIC, 9)
/* struct futexwatch_sample: at any time once configured, also while running. */
#define FUTEXWATCH_IOC_SAMPLE	_IO(FUTEXWATCH_IOC_MAGIC, 10)

#endif /* _UAPI_LINUX_FUTEXWATCH_H */
