// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexwatch - client names: what operations, outcomes and causes are called */

#include <futexwatch/client.h>

#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const op_names[FUTEXWATCH_OPS] = {
	[FUTEXWATCH_OP_WAIT] = "WAIT",
	[FUTEXWATCH_OP_WAKE] = "WAKE",
	[FUTEXWATCH_OP_REQUEUE] = "REQUEUE",
	[FUTEXWATCH_OP_CMP_REQUEUE] = "CMP_REQUEUE",
	[FUTEXWATCH_OP_WAKE_OP] = "WAKE_OP",
	[FUTEXWATCH_OP_LOCK_PI] = "LOCK_PI",
	[FUTEXWATCH_OP_UNLOCK_PI] = "UNLOCK_PI",
	[FUTEXWATCH_OP_TRYLOCK_PI] = "TRYLOCK_PI",
	[FUTEXWATCH_OP_WAIT_BITSET] = "WAIT_BITSET",
	[FUTEXWATCH_OP_WAKE_BITSET] = "WAKE_BITSET",
	[FUTEXWATCH_OP_WAIT_REQUEUE_PI] = "WAIT_REQUEUE_PI",
	[FUTEXWATCH_OP_CMP_REQUEUE_PI] = "CMP_REQUEUE_PI",
	[FUTEXWATCH_OP_LOCK_PI2] = "LOCK_PI2",
	[FUTEXWATCH_OP_WAITV] = "WAITV",
	[FUTEXWATCH_OP_FUTEX2_WAKE] = "FUTEX2_WAKE",
	[FUTEXWATCH_OP_FUTEX2_WAIT] = "FUTEX2_WAIT",
	[FUTEXWATCH_OP_FUTEX2_REQUEUE] = "FUTEX2_REQUEUE",
	[FUTEXWATCH_OP_EXIT] = "EXIT",
	[FUTEXWATCH_OP_ROBUST] = "ROBUST",
	[FUTEXWATCH_OP_IO] = "IO",
	[FUTEXWATCH_OP_IO_WAIT] = "IO_WAIT",
};

static const char *const outcome_names[FUTEXWATCH_OUTCOMES] = {
	[FUTEXWATCH_OUT_WOKEN] = "woken",
	[FUTEXWATCH_OUT_VALUE_CHANGED] = "value_changed",
	[FUTEXWATCH_OUT_TIMED_OUT] = "timed_out",
	[FUTEXWATCH_OUT_INTERRUPTED] = "interrupted",
	[FUTEXWATCH_OUT_REQUEUED] = "requeued",
	[FUTEXWATCH_OUT_OTHER_WORD] = "other_word",
	[FUTEXWATCH_OUT_ACQUIRED] = "acquired",
	[FUTEXWATCH_OUT_OWNER_DIED] = "owner_died",
	[FUTEXWATCH_OUT_KILLED] = "killed",
	[FUTEXWATCH_OUT_ERROR] = "error",
	[FUTEXWATCH_OUT_WAITING] = "waiting",
};

static const char *const cause_names[FUTEXWATCH_CAUSES] = {
	[FUTEXWATCH_CAUSE_NONE] = "none",
	[FUTEXWATCH_CAUSE_CALL] = "call",
	[FUTEXWATCH_CAUSE_PI] = "pi",
	[FUTEXWATCH_CAUSE_EXIT] = "exit",
	[FUTEXWATCH_CAUSE_ROBUST] = "robust",
	[FUTEXWATCH_CAUSE_IO] = "io",
	[FUTEXWATCH_CAUSE_TIMER] = "timer",
	[FUTEXWATCH_CAUSE_SIGNAL] = "signal",
};

const char *futexwatch_op_name(unsigned int op)
{
	return op < COUNT(op_names) ? op_names[op] : NULL;
}

const char *futexwatch_outcome_name(unsigned int outcome)
{
	return outcome < COUNT(outcome_names) ? outcome_names[outcome] : NULL;
}

const char *futexwatch_cause_name(unsigned int cause)
{
	return cause < COUNT(cause_names) ? cause_names[cause] : NULL;
}
