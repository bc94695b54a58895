/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - a session: one open file of the device, or the trace events'
 *
 * Control path (session.c, ioctl.c, main.c): under @mutex, may sleep.
 * Data path (publish.c): finds started sessions in fxw_live[], with preemption
 * off, and uses only what was fixed before the session was put there. STOP
 * takes it out and waits for all probes with synchronize_rcu().
 */
#ifndef FXW_SESSION_H
#define FXW_SESSION_H

#include <linux/irq_work.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/pid_namespace.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "filter.h"
#include "ring.h"
#include "stack.h"
#include "table.h"

/**
 * struct fxw_cpu - what one CPU writes for one session
 * @ring: the ring; empty without FUTEXWATCH_CFG_RING
 * @waits: and the rest: see struct futexwatch_counters
 *
 * Written by that CPU with interrupts off (@passed: by tasks only); read by
 * anybody (each number is whole, their set only once the session is stopped).
 */
struct fxw_cpu {
	struct fxw_ring ring;
	u64 waits;
	u64 wakes;
	u64 requeues;
	u64 table_lost;
	u64 follow_lost;
	u64 audit_waits;
	u64 audit_edges;
	u64 unexplained[FUTEXWATCH_WHYS];
	u64 passed;
} ____cacheline_aligned;

/**
 * struct fxw_session - one open file
 * @flags: FUTEXWATCH_CFG_*, fixed by CONFIG; FXW_CFG_LISTENER
 * @sinks: FUTEXWATCH_CFG_RING and _TABLE out of @flags
 * @filter: fixed by CONFIG; its sets lock themselves
 * @table: fixed by CONFIG; its slots lock themselves
 * @cpus: what each CPU writes, or NULL before CONFIG
 * @stacks: one per possible CPU, or NULL: no stacks. Fixed by CONFIG.
 * @stack_min_ns: waits as long as this have a stack; FXW_STACK_NEVER
 * @ns: PID namespace of the opener, held
 * @sample_mask: a wait is taken when none of these bits is drawn; written by
 *	sample.c at any time
 * @mutex: serialises the calls; guards all below
 * @index: place in fxw_live[], -1 when not started
 * @mapped: bit 0: control pages, bit 1: records, bit 2: stacks; each once
 * @pages: pages charged to @mm
 * @mm: the opener's, held (mmgrab), for the charge
 * @ctl: control pages
 * @data: record slots
 * @stack_data: slots of stacks
 * @ctl_size: bytes
 * @data_size: bytes
 * @stack_size: bytes
 * @readers: who waits in read or poll
 * @irq_work: wakes @readers from a probe, which may not itself
 * @tick: wakes @readers in time
 * @tick_jiffies: its period
 * @since_ns: when it was last started
 * @live_ns: how long it was live before that
 * @final: once stopped: the waits that had not ended
 * @nr_final: their number
 * @samples: it has asked to sample
 */
struct fxw_session {
	u32 flags;
	u32 sinks;
	struct fxw_filter filter;
	struct fxw_table table;
	struct fxw_cpu __percpu *cpus;
	struct fxw_stacks *stacks;
	u64 stack_min_ns;
	struct pid_namespace *ns;
	u32 sample_mask;

	struct mutex mutex; /* one call at a time; guards all below */
	int index;
	unsigned int mapped;
	unsigned long pages;
	struct mm_struct *mm;
	void *ctl;
	void *data;
	void *stack_data;
	size_t ctl_size;
	size_t data_size;
	size_t stack_size;
	wait_queue_head_t readers;
	struct irq_work irq_work;
	struct delayed_work tick;
	unsigned long tick_jiffies;
	u64 since_ns;
	u64 live_ns;
	struct futexwatch_wait *final;
	u32 nr_final;
	bool samples;
};

/* The place in fxw_live[] of those who listen to the trace events. */
#define FXW_LISTENER FUTEXWATCH_MAX_SESSIONS
/* @flags of their session, which is no file (listener.c). */
#define FXW_CFG_LISTENER (1U << 31)

/*
 * Started sessions. Written under live_mutex (live.c); read by probes with
 * preemption off. A bit in fxw_live_mask says which to look at.
 */
extern struct fxw_session __rcu *fxw_live[FXW_LISTENER + 1];
extern unsigned long fxw_live_mask;
/* The same for those of the light capture. */
extern unsigned long fxw_light_mask;

/* Preemption is off, which is an RCU read side; STOP waits for it. */
static inline struct fxw_session *fxw_session_live(unsigned int i)
{
	return rcu_dereference_sched(fxw_live[i]);
}

/*
 * The one started session of the full capture, if there is just one, it wants
 * all calls of all tasks, and its PID namespace is the initial one; else NULL.
 * Written and read as fxw_live[].
 */
extern struct fxw_session __rcu *fxw_live_only;
/* The same of the light capture. */
extern struct fxw_session __rcu *fxw_light_only;

/*
 * live.c. Enter: probes see @s from now on, -EBUSY when there is no place. Shut:
 * no wait of it begins any more. Leave, after a grace period and with its waits
 * in flight taken: it is no longer there. May sleep.
 */
int fxw_live_enter(struct fxw_session *s);
void fxw_live_shut(struct fxw_session *s);
void fxw_live_leave(struct fxw_session *s);

extern unsigned int fxw_max_mb;

/*
 * Control path. All but create and destroy want @s->mutex held; errors as the
 * uapi header lists them.
 */
struct fxw_session *fxw_session_create(void);
void fxw_session_destroy(struct fxw_session *s);
int fxw_session_config(struct fxw_session *s, struct futexwatch_config *cfg);
int fxw_session_start(struct fxw_session *s);
int fxw_session_stop(struct fxw_session *s);
void fxw_session_counters(struct fxw_session *s, struct futexwatch_counters *c);
u32 fxw_session_max_records(void);

static inline bool fxw_session_configured(const struct fxw_session *s)
{
	return s->cpus;
}

static inline bool fxw_session_is_light(const struct fxw_session *s)
{
	return s->flags & FUTEXWATCH_CFG_LIGHT;
}

static inline bool fxw_session_running(const struct fxw_session *s)
{
	return READ_ONCE(s->index) >= 0;
}

/* memory.c: what a session holds is charged to who configured it. */
int fxw_memory_charge(struct fxw_session *s, size_t bytes);
void fxw_memory_uncharge(struct fxw_session *s);
u64 fxw_memory_used(void);

/* snapshot.c */
int fxw_snapshot_take(struct fxw_session *s);
int fxw_snapshot_read(struct fxw_session *s, struct futexwatch_cursor *c);

/* reader.c: any record (@any), or enough or old enough ones, to be read? */
bool fxw_reader_ready(struct fxw_session *s, bool any);
bool fxw_reader_corrupt(struct fxw_session *s);

#endif /* FXW_SESSION_H */
