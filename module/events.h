/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - trace events for perf, bpftrace, trace-cmd and tracefs
 *
 * A contract, as the records are: futexwatch(4) lists the fields. They have
 * names and meanings of struct futexwatch_wait and struct futexwatch_wake; a
 * field once there stays, others may be added.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM futexwatch

#if !defined(FXW_EVENTS_H) || defined(TRACE_HEADER_MULTI_READ)
#define FXW_EVENTS_H

#include <linux/tracepoint.h>
#include <linux/futexwatch.h>

#define fxw_show_op(op)                                                        \
	__print_symbolic(op, { FUTEXWATCH_OP_WAIT, "WAIT" },                   \
			 { FUTEXWATCH_OP_WAKE, "WAKE" },                       \
			 { FUTEXWATCH_OP_REQUEUE, "REQUEUE" },                 \
			 { FUTEXWATCH_OP_CMP_REQUEUE, "CMP_REQUEUE" },         \
			 { FUTEXWATCH_OP_WAKE_OP, "WAKE_OP" },                 \
			 { FUTEXWATCH_OP_LOCK_PI, "LOCK_PI" },                 \
			 { FUTEXWATCH_OP_UNLOCK_PI, "UNLOCK_PI" },             \
			 { FUTEXWATCH_OP_TRYLOCK_PI, "TRYLOCK_PI" },           \
			 { FUTEXWATCH_OP_WAIT_BITSET, "WAIT_BITSET" },         \
			 { FUTEXWATCH_OP_WAKE_BITSET, "WAKE_BITSET" },         \
			 { FUTEXWATCH_OP_WAIT_REQUEUE_PI, "WAIT_REQUEUE_PI" }, \
			 { FUTEXWATCH_OP_CMP_REQUEUE_PI, "CMP_REQUEUE_PI" },   \
			 { FUTEXWATCH_OP_LOCK_PI2, "LOCK_PI2" },               \
			 { FUTEXWATCH_OP_WAITV, "WAITV" },                     \
			 { FUTEXWATCH_OP_FUTEX2_WAKE, "FUTEX2_WAKE" },         \
			 { FUTEXWATCH_OP_FUTEX2_WAIT, "FUTEX2_WAIT" },         \
			 { FUTEXWATCH_OP_FUTEX2_REQUEUE, "FUTEX2_REQUEUE" },   \
			 { FUTEXWATCH_OP_EXIT, "EXIT" },                       \
			 { FUTEXWATCH_OP_ROBUST, "ROBUST" },                   \
			 { FUTEXWATCH_OP_IO, "IO" },                           \
			 { FUTEXWATCH_OP_IO_WAIT, "IO_WAIT" })

#define fxw_show_outcome(outcome)                                           \
	__print_symbolic(outcome, { FUTEXWATCH_OUT_WOKEN, "woken" },        \
			 { FUTEXWATCH_OUT_VALUE_CHANGED, "value_changed" }, \
			 { FUTEXWATCH_OUT_TIMED_OUT, "timed_out" },         \
			 { FUTEXWATCH_OUT_INTERRUPTED, "interrupted" },     \
			 { FUTEXWATCH_OUT_REQUEUED, "requeued" },           \
			 { FUTEXWATCH_OUT_OTHER_WORD, "other_word" },       \
			 { FUTEXWATCH_OUT_ACQUIRED, "acquired" },           \
			 { FUTEXWATCH_OUT_OWNER_DIED, "owner_died" },       \
			 { FUTEXWATCH_OUT_KILLED, "killed" },               \
			 { FUTEXWATCH_OUT_ERROR, "error" })

#define fxw_show_cause(cause)                                      \
	__print_symbolic(cause, { FUTEXWATCH_CAUSE_NONE, "none" }, \
			 { FUTEXWATCH_CAUSE_CALL, "call" },        \
			 { FUTEXWATCH_CAUSE_PI, "pi" },            \
			 { FUTEXWATCH_CAUSE_EXIT, "exit" },        \
			 { FUTEXWATCH_CAUSE_ROBUST, "robust" },    \
			 { FUTEXWATCH_CAUSE_IO, "io" },            \
			 { FUTEXWATCH_CAUSE_TIMER, "timer" },      \
			 { FUTEXWATCH_CAUSE_SIGNAL, "signal" })

#define fxw_show_flags(flags)                                          \
	__print_flags(flags, "|", { FUTEXWATCH_F_PRIVATE, "private" }, \
		      { FUTEXWATCH_F_REALTIME, "realtime" },           \
		      { FUTEXWATCH_F_SHARED, "shared" },               \
		      { FUTEXWATCH_F_ASLEEP, "asleep" },               \
		      { FUTEXWATCH_F_ADOPTED, "adopted" },             \
		      { FUTEXWATCH_F_RESTARTED, "restarted" },         \
		      { FUTEXWATCH_F_TIMEOUT, "timeout" },             \
		      { FUTEXWATCH_F_COMPAT, "compat" },               \
		      { FUTEXWATCH_F_MOVED, "moved" },                 \
		      { FUTEXWATCH_F_NO_WHEN, "no_when" })

/* clang-format off */
/* From here on in the form that all trace events have. */

/* A wait, or a part of one that was requeued, has ended. */
TRACE_EVENT(wait,

	TP_PROTO(const struct futexwatch_wait *w),

	TP_ARGS(w),

	TP_STRUCT__entry(
		__field(u64, address)
		__field(u64, address2)
		__field(u64, space)
		__field(u64, wait_ns)
		__field(u64, asleep_ns)
		__field(u64, run_delay_ns)
		__field(u64, id)
		__field(u32, pid)
		__field(u32, tid)
		__field(u32, waker_pid)
		__field(u32, waker_tid)
		__field(int, ret)
		__field(u32, val)
		__field(u32, bucket)
		__field(u32, scanned)
		__field(u16, table)
		__field(u16, depth)
		__field(u16, flags)
		__field(u8, op)
		__field(u8, outcome)
		__field(u8, cause)
	),

	TP_fast_assign(
		__entry->address = w->head.address;
		__entry->address2 = w->address2;
		__entry->space = w->head.space;
		__entry->wait_ns = w->wait_ns;
		__entry->asleep_ns = w->asleep_ns;
		__entry->run_delay_ns = w->run_delay_ns;
		__entry->id = w->id;
		__entry->pid = w->head.pid;
		__entry->tid = w->head.tid;
		__entry->waker_pid = w->waker_pid;
		__entry->waker_tid = w->waker_tid;
		__entry->ret = w->head.ret;
		__entry->val = w->val;
		__entry->bucket = w->bucket;
		__entry->scanned = w->scanned;
		__entry->table = w->table;
		__entry->depth = w->depth;
		__entry->flags = w->head.flags;
		__entry->op = w->head.op;
		__entry->outcome = w->outcome;
		__entry->cause = w->cause;
	),

	TP_printk("op=%s address=0x%llx outcome=%s ret=%d pid=%u tid=%u wait_ns=%llu asleep_ns=%llu run_delay_ns=%llu cause=%s waker_pid=%u waker_tid=%u flags=%s address2=0x%llx val=0x%x depth=%u bucket=%d table=%u scanned=%u id=0x%llx space=0x%llx",
		  fxw_show_op(__entry->op), __entry->address,
		  fxw_show_outcome(__entry->outcome), __entry->ret,
		  __entry->pid, __entry->tid, __entry->wait_ns,
		  __entry->asleep_ns, __entry->run_delay_ns,
		  fxw_show_cause(__entry->cause), __entry->waker_pid,
		  __entry->waker_tid, fxw_show_flags(__entry->flags),
		  __entry->address2, __entry->val, __entry->depth,
		  (int)__entry->bucket, __entry->table, __entry->scanned,
		  __entry->id, __entry->space)
);

/* Waiters of a word were to be woken, by a call or without one. */
TRACE_EVENT(wake,

	TP_PROTO(const struct futexwatch_wake *w),

	TP_ARGS(w),

	TP_STRUCT__entry(
		__field(u64, address)
		__field(u64, address2)
		__field(u64, space)
		__field(u32, pid)
		__field(u32, tid)
		__field(u32, asked)
		__field(u32, woken)
		__field(u32, wakee_tid)
		__field(u32, val3)
		__field(int, ret)
		__field(u16, flags)
		__field(u8, op)
		__field(u8, cause)
	),

	TP_fast_assign(
		__entry->address = w->head.address;
		__entry->address2 = w->address2;
		__entry->space = w->head.space;
		__entry->pid = w->head.pid;
		__entry->tid = w->head.tid;
		__entry->asked = w->asked;
		__entry->woken = w->woken;
		__entry->wakee_tid = w->wakee_tid;
		__entry->val3 = w->val3;
		__entry->ret = w->head.ret;
		__entry->flags = w->head.flags;
		__entry->op = w->head.op;
		__entry->cause = w->cause;
	),

	TP_printk("op=%s address=0x%llx asked=%u woken=%u ret=%d pid=%u tid=%u cause=%s wakee_tid=%u flags=%s address2=0x%llx val3=0x%x space=0x%llx",
		  fxw_show_op(__entry->op), __entry->address, __entry->asked,
		  __entry->woken, __entry->ret, __entry->pid, __entry->tid,
		  fxw_show_cause(__entry->cause), __entry->wakee_tid,
		  fxw_show_flags(__entry->flags), __entry->address2,
		  __entry->val3, __entry->space)
);

/* The requeue part of a call: from @address to @address2. */
TRACE_EVENT(requeue,

	TP_PROTO(const struct futexwatch_wake *w),

	TP_ARGS(w),

	TP_STRUCT__entry(
		__field(u64, address)
		__field(u64, address2)
		__field(u64, space)
		__field(u32, pid)
		__field(u32, tid)
		__field(u32, asked)
		__field(u32, moved)
		__field(u32, woken)
		__field(int, ret)
		__field(u16, flags)
		__field(u8, op)
	),

	TP_fast_assign(
		__entry->address = w->head.address;
		__entry->address2 = w->address2;
		__entry->space = w->head.space;
		__entry->pid = w->head.pid;
		__entry->tid = w->head.tid;
		__entry->asked = w->asked;
		__entry->moved = w->moved;
		__entry->woken = w->head.ret > 0 ? w->head.ret - w->moved : 0;
		__entry->ret = w->head.ret;
		__entry->flags = w->head.flags;
		__entry->op = w->head.op;
	),

	TP_printk("op=%s address=0x%llx address2=0x%llx asked=%u moved=%u woken=%u ret=%d pid=%u tid=%u flags=%s space=0x%llx",
		  fxw_show_op(__entry->op), __entry->address,
		  __entry->address2, __entry->asked, __entry->moved,
		  __entry->woken, __entry->ret, __entry->pid, __entry->tid,
		  fxw_show_flags(__entry->flags), __entry->space)
);
/* clang-format on */

#endif /* FXW_EVENTS_H */

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH .
#define TRACE_INCLUDE_FILE events
#include <trace/define_trace.h>
