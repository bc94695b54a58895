/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - device tests: sessions, rings and futex calls to fill them */
#ifndef TESTS_DEVICE_H
#define TESTS_DEVICE_H

/*
 * The tests talk to the device with bare system calls: they test the contract
 * of <linux/futexwatch.h>, not the client library. They want root, and the
 * module in the kernel. Set-up that fails ends the program ("Bail out!").
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/futexwatch.h>

#define MAX_RINGS 256

/* "Bail out!" in the voice of TAP, and exit. */
void bail_out(const char *format, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/* Returns what the call did, or -errno. */
int device_open(int flags);
int device_call(int fd, unsigned long call, void *arg);
int device_info(int fd, struct futexwatch_info *info);
int device_counters(int fd, uint32_t cpu, struct futexwatch_counters *c);
void *device_map(int fd, uint64_t size, int prot, uint64_t offset);

/* These must not fail. */
int must_open(void);
void must_start(int fd);
void must_stop(int fd);
struct futexwatch_counters must_count(int fd, uint32_t cpu);
struct futexwatch_info must_inform(void); /* on a file of its own */

/*
 * A configuration for this process only, with a small ring and a small table
 * if @flags ask for them. It names its own copy of the process id.
 */
struct futexwatch_config own_config(uint32_t flags);

/* For one futex word, or a few, besides. */
void only_words(struct futexwatch_config *cfg, const uint32_t *first,
		const uint32_t *last);

/* A session, configured; with rings, if it has any, mapped. */
struct session {
	int fd;
	uint32_t nr_rings;
	struct futexwatch_config cfg;
	struct futexwatch_ring_page *pages;
	const union futexwatch_record *records;
	struct futexwatch_ring_page *stack_pages;
	const unsigned char *stacks;
	uint32_t next_seq[MAX_RINGS];
	uint64_t gaps; /* numbers that take_record() found missing */
};

void session_open(struct session *s, const struct futexwatch_config *cfg);
void session_close(struct session *s);

/* session_open() and START. */
void session_begin(struct session *s, const struct futexwatch_config *cfg);

/* The next record of ring @cpu, taken out of it: false when there is none. */
bool take_record(struct session *s, uint32_t cpu, union futexwatch_record *rec);

/* Of any ring, lowest CPU first. */
bool take_any(struct session *s, union futexwatch_record *rec);

/* The same of the rings of stacks; its bytes of stack lie behind it. */
#define MAX_STACK (sizeof(struct futexwatch_stack_slot) + FUTEXWATCH_STACK_MAX)
bool take_stack(struct session *s, struct futexwatch_stack_slot *slot);

/* Takes all there is: how many records. */
unsigned int take_all(struct session *s);

/* The rows of the table, at most @room: how many there are. */
unsigned int read_table(int fd, uint32_t flags, struct futexwatch_row *rows,
			unsigned int room);
/* The waits in flight, likewise. */
unsigned int read_snapshot(int fd, struct futexwatch_wait *waits,
			   unsigned int room);

/* The row of @word among @n, or NULL. */
const struct futexwatch_row *row_of(const struct futexwatch_row *rows,
				    unsigned int n, const uint32_t *word);

/* FUTEX_WAKE on a private word, @times times, asking for @count wakes. */
void wake_often(uint32_t *word, uint32_t count, unsigned int times);

/* FUTEX_WAIT on a private word that cannot sleep: it has another value. */
void wait_in_vain(uint32_t *word);

void pin_to(unsigned int cpu);
uint64_t now_ns(void);

#endif /* TESTS_DEVICE_H */
