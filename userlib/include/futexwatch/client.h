/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * futexwatch - sessions with /dev/futexwatch, for tools
 *
 * The one place in user space that talks to the device. Every function returns
 * 0 or a positive number, or -errno as <linux/futexwatch.h> lists them; none
 * prints, exits or touches errno. A session belongs to one thread at a time.
 */
#ifndef FUTEXWATCH_CLIENT_H
#define FUTEXWATCH_CLIENT_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/futexwatch.h>

#ifdef __cplusplus
extern "C" {
#endif

struct futexwatch_session;

/*
 * Opens a session on @device (NULL: FUTEXWATCH_DEVICE). On success *@out is
 * the caller's, to be given to futexwatch_close(). Also -EPROTO when the
 * module speaks another version of the calls or of the records.
 */
int futexwatch_open(const char *device, struct futexwatch_session **out);

/* Ends the session and frees all it held. NULL is no error. */
void futexwatch_close(struct futexwatch_session *s);

/* What the module is and can do. @info->size is filled in here. */
int futexwatch_info(struct futexwatch_session *s, struct futexwatch_info *info);

/*
 * Configures the session and maps its rings. @cfg->size is filled in here;
 * on success @cfg holds what the module made of it.
 */
int futexwatch_configure(struct futexwatch_session *s,
			 struct futexwatch_config *cfg);

int futexwatch_start(struct futexwatch_session *s);
int futexwatch_stop(struct futexwatch_session *s);

/* The file descriptor, for poll(2): readable at the watermark or in time. */
int futexwatch_fd(const struct futexwatch_session *s);

/* The books of ring @cpu, or of the session (FUTEXWATCH_CPU_ALL). */
int futexwatch_counters(struct futexwatch_session *s, uint32_t cpu,
			struct futexwatch_counters *c);

/*
 * Copies the next record into *@rec: 1, or 0 when there is none (yet). Records
 * of all CPUs come merged by time. While the session runs, the youngest are
 * held back for @settle_ns (see futexwatch_set_settle(), 20 ms unless set),
 * so that a slower CPU's older record still finds its place; once stopped all
 * come. A gap in a ring's numbers is added to *@lost (may be NULL), and so is a
 * record of a type that this library does not know.
 */
int futexwatch_next(struct futexwatch_session *s, union futexwatch_record *rec,
		    uint64_t *lost);

/*
 * The same without a copy, for at most @most records that follow each other: how
 * many there are at *@run. They lie in a ring, whose room the kernel gets back
 * with futexwatch_run_done(), or with the next call for records, and are good
 * until then.
 */
int futexwatch_run(struct futexwatch_session *s, uint32_t most,
		   const union futexwatch_record **run, uint64_t *lost);
void futexwatch_run_done(struct futexwatch_session *s);

void futexwatch_set_settle(struct futexwatch_session *s, uint64_t settle_ns);

/*
 * Looks for @meter->duration_ns at what the module's own probes cost. It may be
 * called by another thread than the session's own, and again after -EAGAIN.
 */
int futexwatch_meter(struct futexwatch_session *s,
		     struct futexwatch_meter *meter);

/*
 * Take one in 2^@shift of the waits that begin from now on, 0 to
 * FUTEXWATCH_SAMPLE_MAX (struct futexwatch_sample tells what that means); at any
 * time after futexwatch_configure(), and by any thread. -EINVAL: not such a
 * number; -ENOTTY: the module is older than that.
 */
int futexwatch_sample(struct futexwatch_session *s, uint32_t shift);

/* How many waits the one that @head is of stands for; 1 where none was drawn. */
static inline uint32_t futexwatch_weight(const struct futexwatch_head *head)
{
	return 1U << (head->flags >> FUTEXWATCH_F_SAMPLE_SHIFT);
}

/*
 * Copies the next stack (FUTEXWATCH_CFG_STACKS) into *@slot, and at most @room
 * bytes of it to @bytes: 1, or 0 when there is none. @slot->stack.bytes is how
 * many these are. Stacks come in no order; -EBADFD: the session has none.
 */
int futexwatch_next_stack(struct futexwatch_session *s,
			  struct futexwatch_stack_slot *slot, void *bytes,
			  uint32_t room);

/*
 * Calls @fn for each row of the table (or each wait in flight) until it
 * returns non-zero, which is then returned. The pointer is good during the
 * call only. @reset: the rows are zeroed as they are read.
 */
int futexwatch_table(struct futexwatch_session *s, bool reset,
		     int (*fn)(const struct futexwatch_row *row, void *arg),
		     void *arg);
int futexwatch_snapshot(struct futexwatch_session *s,
			int (*fn)(const struct futexwatch_wait *wait,
				  void *arg),
			void *arg);

/*
 * The kernel's tables of hash buckets, and how far it is proved where they
 * are. @buckets is filled in whole; of the tables, the first @room are written
 * to @bases (may be NULL with @room 0). Returns how many tables there are.
 */
int futexwatch_buckets(struct futexwatch_session *s,
		       struct futexwatch_buckets *buckets,
		       struct futexwatch_base *bases, uint32_t room);

/*
 * The buckets of @count futex words; what is asked and what is answered stands
 * in each of @words, with a status of its own. Returns 0 when all have one.
 */
int futexwatch_words(struct futexwatch_session *s,
		     struct futexwatch_word *words, uint32_t count);

/* Histograms: index of the bucket for @ns; lower bound of bucket @i in ns. */
unsigned int futexwatch_hist_index(uint64_t ns);
uint64_t futexwatch_hist_lower(unsigned int i);

/*
 * The value at @percent (0..100) of a histogram of FUTEXWATCH_HIST_BUCKETS
 * counts: middle of its bucket, so within 12.5 %, never above @max_ns. 0 when
 * the histogram is empty.
 */
uint64_t futexwatch_hist_percentile(const uint32_t *hist, double percent,
				    uint64_t max_ns);

/*
 * The same, sooner, for who knows which buckets are not 0 (@used, a bit each,
 * bucket 0 in the lowest of the first word) and the sum of all (@total).
 */
#define FUTEXWATCH_HIST_WORDS (FUTEXWATCH_HIST_BUCKETS / 64)
uint64_t futexwatch_hist_used_percentile(const uint32_t *hist,
					 const uint64_t *used, uint64_t total,
					 double percent, uint64_t max_ns);

/* Names: "WAIT_BITSET", "value_changed" (the JSON key), "exit"; NULL if none. */
const char *futexwatch_op_name(unsigned int op);
const char *futexwatch_outcome_name(unsigned int outcome);
const char *futexwatch_cause_name(unsigned int cause);

#ifdef __cplusplus
}
#endif

#endif /* FUTEXWATCH_CLIENT_H */
