/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - schedule tests: the state of a run, and who changes it */
#ifndef TESTS_SCHEDULE_WORLD_H
#define TESTS_SCHEDULE_WORLD_H

/*
 * The whole state of a run: this struct, the static variables of the program
 * under test, and the stacks and thread-local variables of its threads.
 * world.c writes it into a row of bytes and reads it back; two states with the
 * same bytes go on in the same ways. So nothing may be in here that does not
 * matter for what comes: no counters, no addresses for messages.
 */

#include <linux/futex.h>

#include "schedule.h"

#define MAX_SLEEPERS 24
#define MAX_FACTS    192
#define MAX_MEMORY   16384 /* bytes of static variables of the program */
#define STACK_SIZE   65536
#define STACK_SEEN   4096 /* what others may use of a thread's stack */
/* Memory that is looked at, in pieces of 4 bytes. */
#define MAX_GRANULES ((MAX_MEMORY + MAX_THREADS * STACK_SEEN) / 4 + 2)

/* From a link in glibc's robust list to its futex word. */
#define ROBUST_OFFSET (-32)

#define ACTION_RUN 0U /* else one of EVENT_* */

enum thread_status {
	READY,
	ASLEEP,
	DONE,
	KILLED
};

/* In the kernel no signal handler runs; asleep it ends the sleep. */
enum op_kind {
	OP_NONE,
	OP_ATOMIC,
	OP_WEAK_CAS,
	OP_PLAIN,
	OP_SYSCALL,
	OP_KERNEL,
	OP_SLEEP
};

/* What a thread will do when it is let go on. */
struct op {
	uint64_t address;
	uint64_t expected; /* OP_WEAK_CAS: the value with which it succeeds */
	uint8_t kind;
	uint8_t size;
	uint8_t timed; /* OP_SLEEP: it has a deadline */
	uint8_t firm; /* OP_SLEEP: signals do not end it */
	uint8_t unused[4];
};

struct thread {
	uint64_t sp; /* where it left off, in its own stack */
	const void *robust_prev; /* where glibc has it, before the head */
	struct robust_list_head robust; /* what get_robust_list(2) tells */
	uint64_t woken; /* words of its sleep on which it was woken */
	struct op op;
	int32_t error; /* its errno */
	uint8_t status;
	uint8_t action; /* with which it is let go on */
	uint8_t signals; /* handlers that may still run */
	uint8_t deaths; /* whether it may still be killed */
	uint64_t dies; /* the kernel cleans up after it */
};

/* A thread in a futex queue; the queues of all words are one list, in order. */
struct sleeper {
	uint64_t word;
	uint32_t mask;
	uint8_t thread;
	uint8_t shared; /* private and shared futexes never meet */
	uint8_t index; /* of futex_waitv(2) */
	uint8_t pi; /* waits to own the word: 1 + the thread that owns it */
};

/* See race.c. */
struct fact {
	uint64_t known; /* who knows it */
	uint32_t what;
	uint32_t unused;
};

struct world {
	struct thread threads[MAX_THREADS];
	uint32_t live; /* threads that have not ended, one bit each */
	uint32_t events; /* so far, when they are bounded */
	uint32_t preemptions; /* so far, when they are bounded */
	uint32_t last; /* thread that ran last, when preemptions are bounded */
	uint32_t sleeper_count;
	uint32_t fact_count;
	struct sleeper sleepers[MAX_SLEEPERS];
	struct fact facts[MAX_FACTS];
	uint8_t poisoned[MAX_MEMORY / 4 / 8 + 8];
};

extern struct world world;
extern const struct scenario *scenario;
extern struct thread *current; /* NULL: setup, idle and finish, alone */
extern unsigned int thread_count;

/* world.c */
void world_init(void);
const char *world_start(void);
const char *world_step(unsigned int thread, unsigned int action);
const char *world_alone(void (*call)(void));
size_t world_save(uint8_t *to);
void world_load(const uint8_t *from);
size_t world_size_limit(void);
unsigned int point(const struct op *op);
uint8_t *stack_end(unsigned int thread);
void become(void (*entry)(void));

static inline unsigned int self_index(void)
{
	return (unsigned int)(current - world.threads);
}

/* memory.c: memory that threads share, in granules of 4 bytes */
extern unsigned int accesses;
void memory_init(void);
int granule_of(const void *address); /* -1: somewhere else */
bool is_static(const void *address);
bool may_die_at(const void *address);
const char *granule_name(int granule);
size_t memory_save(uint8_t *to);
size_t memory_load(const uint8_t *from);
size_t memory_size(void);
size_t poison_size(void);
void memory_reset(void);
bool is_poisoned(const void *address, size_t size);
void must_be_alive(const void *address, size_t size, const char *what);

/* race.c */
bool race_learnt(void);
bool race_written(int granule);
bool race_foreign(const void *address);
void race_plain(const void *address, size_t size, bool write);
void race_free(const void *address, size_t size);
void race_load(const void *address, size_t size, int order);
void race_store(const void *address, size_t size, int order);
void race_rmw(const void *address, size_t size, int order);
void race_fence(int order);
void race_ended(void);

/* queue.c */
void leave_queues(unsigned int thread);
void enter_queue(const struct sleeper *sleeper);
unsigned int wake_queue(const uint32_t *word, bool shared, unsigned int count,
			uint32_t mask);
unsigned int move_queue(const uint32_t *from, const uint32_t *to, bool shared,
			unsigned int count);
struct sleeper *first_in_queue(const uint32_t *word, bool shared);
unsigned int sleep_in_queues(bool timed, bool firm);

/* futex.c, futex2.c: a system call's return value, or -errno */
long futex_call(const long *args, const void *pc);
long futex2_call(long number, const long *args, const void *pc);
long thread_id(unsigned int thread);

/* futex_pi.c */
long futex_pi_call(uint32_t *word, int op, bool timed, const void *pc);
void hand_on_of_dead(void);

/* system.c: a deadline of this thread has passed */
void time_passes(void);

/* robust.c */
void thread_dies(void);

/* trace.c */
extern bool tracing;
void trace_line(const void *pc, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
const char *name_of(uint64_t address);

#define trace(...)                               \
	do {                                     \
		if (tracing)                     \
			trace_line(__VA_ARGS__); \
	} while (0)

/* choice.c */
struct choice {
	uint8_t thread, action;
};

#define MAX_CHOICES (MAX_THREADS * 7)

unsigned int all_choices(struct choice *choices);
const char *take(struct choice choice);
const char *at_rest(bool *good);
bool time_will_help(unsigned int thread);
char *choice_text(char *to, struct choice choice);
const char *choice_parse(const char *from, struct choice *choice);

/* graph.c: the states that were found, by number */
uint32_t graph_add(uint32_t parent, struct choice by);
uint32_t graph_count(void);
uint8_t *graph_bytes(uint32_t number);
void graph_expanded(uint32_t number, bool good);
void graph_edge(uint32_t from, uint32_t to);
uint32_t graph_no_end(void);
uint32_t graph_depth(uint32_t number);
char *graph_schedule(uint32_t last, const struct choice *more);
void graph_clear(void);
#define GRAPH_NONE UINT32_MAX

/* explore.c */
struct outcome {
	char *fault; /* or NULL */
	char *schedule; /* that leads to it, for replay() */
	unsigned int states;
	unsigned long steps;
	unsigned int depth; /* steps to the fault, or to the farthest state */
};
void explore(const struct scenario *what, unsigned int max_states,
	     struct outcome *outcome);

/* replay.c */
const char *replay(const struct scenario *what, const char *schedule);

#endif /* TESTS_SCHEDULE_WORLD_H */
