// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexwatch - client merge: k-way merge of the rings, knows no device */

/*
 * How the order comes about. A look reads the clock first and then the head of
 * every ring (A). Whatever ended before `clock - settle` is by then in its
 * ring, unless its CPU stood still for longer than settle between reading its
 * own clock and publishing; so all records up to that horizon can be handed
 * out in order of time, and the younger ones wait for a later look. Within one
 * ring the order is the kernel's. As long as one ring has the oldest records,
 * they are handed out together, where they lie.
 *
 * Order is worth less than records: when a look finds a ring half full, the
 * horizon is the clock itself, and the rings are emptied.
 *
 *	kernel                             reader
 *	write the record                   read head             (A) acquire
 *	write head          (a) release    read the records
 *	read tail           (b) acquire    write tail            (B) release
 *
 * (A) pairs with (a): the record is there before its index. (B) pairs with
 * (b): they were read before their slots are given back.
 */

#include "client_merge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t monotonic_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

int fxw_merge_init(struct fxw_merge *m, const struct fxw_merge_area *area)
{
	m->area = *area;
	m->heap_len = 0;
	m->horizon_ns = 0;
	m->now = monotonic_ns;
	m->rings = calloc(area->nr_rings, sizeof(*m->rings));
	m->heap = calloc(area->nr_rings, sizeof(*m->heap));
	if (m->rings && m->heap)
		return 0;
	fxw_merge_free(m);
	return -ENOMEM;
}

void fxw_merge_free(struct fxw_merge *m)
{
	free(m->rings);
	free(m->heap);
	m->rings = NULL;
	m->heap = NULL;
	m->heap_len = 0;
}

void fxw_merge_set_running(struct fxw_merge *m, bool running)
{
	fxw_merge_done(m);
	m->running = running;
	/* What was looked at may be overwritten, or not all: look again. */
	m->heap_len = 0;
}

static const union futexwatch_record *slot_of(const struct fxw_merge *m,
					      uint32_t ring, uint64_t index)
{
	uint64_t slot = index & (m->area.ring_records - 1);

	return m->area.records + (uint64_t)ring * m->area.ring_records + slot;
}

/* Whether ring @a comes before ring @b; equal times go by CPU. */
static bool before(const struct fxw_merge *m, uint32_t a, uint32_t b)
{
	uint64_t ta = m->rings[a].time_ns;
	uint64_t tb = m->rings[b].time_ns;

	return ta != tb ? ta < tb : a < b;
}

static void sift_down(struct fxw_merge *m, uint32_t at)
{
	uint32_t ring = m->heap[at];
	uint32_t child;

	while ((child = 2 * at + 1) < m->heap_len) {
		if (child + 1 < m->heap_len &&
		    before(m, m->heap[child + 1], m->heap[child]))
			child++;
		if (!before(m, m->heap[child], ring))
			break;
		m->heap[at] = m->heap[child];
		at = child;
	}
	m->heap[at] = ring;
}

static void build_heap(struct fxw_merge *m)
{
	uint32_t i;

	m->heap_len = 0;
	for (i = 0; i < m->area.nr_rings; i++) {
		struct fxw_merge_ring *r = &m->rings[i];

		if (r->tail == r->head)
			continue;
		r->time_ns = slot_of(m, i, r->tail)->head.time_ns;
		m->heap[m->heap_len++] = i;
	}
	for (i = m->heap_len / 2; i-- > 0;)
		sift_down(m, i);
}

/* Reads the head of ring @i: how many records are there, or -EIO. */
static int64_t look_at(struct fxw_merge *m, uint32_t i)
{
	struct futexwatch_ring_page *page = &m->area.pages[i];
	struct fxw_merge_ring *r = &m->rings[i];
	uint64_t oldest;

	/* (A), see the top of this file */
	r->head = __atomic_load_n(&page->head, __ATOMIC_ACQUIRE);
	if (m->area.overwrite) {
		/* Stopped: head and oldest stand still. */
		oldest = __atomic_load_n(&page->oldest, __ATOMIC_RELAXED);
		if (oldest > r->tail)
			r->tail = oldest;
	}
	if (r->head - r->tail > m->area.ring_records)
		return -EIO;
	return (int64_t)(r->head - r->tail);
}

/* Looks at all rings again: 0, or -EIO. */
static int look(struct fxw_merge *m)
{
	uint64_t now = m->now();
	bool half_full = false;
	int64_t there;
	uint32_t i;

	for (i = 0; i < m->area.nr_rings; i++) {
		there = look_at(m, i);
		if (there < 0)
			return (int)there;
		if (there >= m->area.ring_records / 2)
			half_full = true;
	}
	if (!m->running)
		m->horizon_ns = UINT64_MAX;
	else if (half_full)
		m->horizon_ns = now;
	else
		m->horizon_ns = now > m->settle_ns ? now - m->settle_ns : 0;
	build_heap(m);
	return 0;
}

static bool ripe(const struct fxw_merge *m)
{
	return m->heap_len && m->rings[m->heap[0]].time_ns <= m->horizon_ns;
}

/* Up to when the records of the ring on top come before all others. */
static uint64_t turn_end(const struct fxw_merge *m)
{
	uint64_t end = m->horizon_ns;
	uint32_t i;

	for (i = 1; i < 3 && i < m->heap_len; i++) {
		uint32_t other = m->heap[i];
		uint64_t ns = m->rings[other].time_ns - (other < m->heap[0]);

		end = ns < end ? ns : end;
	}
	return end;
}

static bool known(const union futexwatch_record *rec)
{
	return rec->head.type >= FUTEXWATCH_REC_WAIT &&
	       rec->head.type <= FUTEXWATCH_REC_EXIT;
}

/* How many records of the ring on top may go in one piece. */
static uint32_t run_length(const struct fxw_merge *m, uint32_t most)
{
	uint32_t i = m->heap[0];
	const struct fxw_merge_ring *r = &m->rings[i];
	const union futexwatch_record *rec = slot_of(m, i, r->tail);
	uint64_t end = turn_end(m);
	uint64_t there = r->head - r->tail;
	uint64_t room =
		m->area.ring_records - (r->tail & (m->area.ring_records - 1));
	uint32_t nr;

	if (there > room)
		there = room;
	if (most > there)
		most = (uint32_t)there;
	for (nr = 0; nr < most; nr++, rec++) {
		if (rec->head.time_ns > end || !known(rec))
			break;
	}
	return nr;
}

/* Takes @nr records from the ring on top into the caller's hands. */
static void hold(struct fxw_merge *m, uint32_t nr, uint64_t *lost)
{
	uint32_t i = m->heap[0];
	struct fxw_merge_ring *r = &m->rings[i];
	uint32_t next = slot_of(m, i, r->tail + nr - 1)->head.seq + 1;

	*lost += next - r->next_seq - nr;
	r->next_seq = next;
	m->held = nr;
}

void fxw_merge_done(struct fxw_merge *m)
{
	struct fxw_merge_ring *r;
	uint32_t i;

	if (!m->held)
		return;
	i = m->heap[0];
	r = &m->rings[i];
	r->tail += m->held;
	m->held = 0;
	/* (B), see the top of this file */
	__atomic_store_n(&m->area.pages[i].tail, r->tail, __ATOMIC_RELEASE);

	if (r->tail != r->head)
		r->time_ns = slot_of(m, i, r->tail)->head.time_ns;
	else
		m->heap[0] = m->heap[--m->heap_len];
	if (m->heap_len)
		sift_down(m, 0);
}

int fxw_merge_run(struct fxw_merge *m, uint32_t most,
		  const union futexwatch_record **run, uint64_t *lost)
{
	uint64_t unasked = 0;
	uint32_t nr;
	int ret;

	if (!lost)
		lost = &unasked;
	fxw_merge_done(m);
	/* The kernel may be overwriting what we would show: see nothing. */
	if (m->area.overwrite && m->running)
		return 0;
	if (!ripe(m)) {
		ret = look(m);
		if (ret < 0)
			return ret;
	}
	while (ripe(m)) {
		nr = run_length(m, most);
		hold(m, nr ? nr : 1, lost);
		*run = slot_of(m, m->heap[0], m->rings[m->heap[0]].tail);
		if (nr)
			return (int)nr;
		++*lost;
		fxw_merge_done(m);
	}
	return 0;
}

int fxw_merge_next(struct fxw_merge *m, union futexwatch_record *rec,
		   uint64_t *lost)
{
	const union futexwatch_record *run;
	int ret = fxw_merge_run(m, 1, &run, lost);

	if (ret <= 0)
		return ret;
	memcpy(rec, run, sizeof(*rec));
	fxw_merge_done(m);
	return 1;
}
