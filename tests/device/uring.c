// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device tests: futex operations of io_uring, by bare calls */

#include "uring.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "device.h"

/* Of Linux 6.7; the headers may be older. */
#define OP_FUTEX_WAIT  51
#define OP_FUTEX_WAKE  52
#define OP_FUTEX_WAITV 53

#define ENTRIES 64
#define FLAGS	(2 | 128) /* FUTEX2_SIZE_U32, FUTEX2_PRIVATE */

static int setup(struct io_uring_params *p)
{
	memset(p, 0, sizeof(*p));
	return (int)syscall(SYS_io_uring_setup, ENTRIES, p);
}

static void *map(struct uring *r, int i, size_t size, uint64_t offset)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_POPULATE, r->fd, (off_t)offset);

	if (at == MAP_FAILED)
		bail_out("cannot map the ring: %s", strerror(errno));
	r->maps[i] = at;
	r->sizes[i] = size;
	return at;
}

void uring_open(struct uring *r)
{
	struct io_uring_params p;
	char *sq, *cq;

	r->held = 0;
	r->hold = false;
	r->fd = setup(&p);
	if (r->fd < 0)
		bail_out("io_uring_setup: %s", strerror(errno));
	sq = map(r, 0, p.sq_off.array + p.sq_entries * 4, IORING_OFF_SQ_RING);
	cq = map(r, 1, p.cq_off.cqes + p.cq_entries * sizeof(*r->cqes),
		 IORING_OFF_CQ_RING);
	r->sqes = map(r, 2, p.sq_entries * sizeof(*r->sqes), IORING_OFF_SQES);
	r->sq_tail = (void *)(sq + p.sq_off.tail);
	r->sq_mask = (void *)(sq + p.sq_off.ring_mask);
	r->sq_array = (void *)(sq + p.sq_off.array);
	r->cq_head = (void *)(cq + p.cq_off.head);
	r->cq_tail = (void *)(cq + p.cq_off.tail);
	r->cq_mask = (void *)(cq + p.cq_off.ring_mask);
	r->cqes = (void *)(cq + p.cq_off.cqes);
}

void uring_close(struct uring *r)
{
	int i;

	for (i = 0; i < 3; i++)
		munmap(r->maps[i], r->sizes[i]);
	close(r->fd);
}

static void enter(struct uring *r, unsigned int submit, unsigned int wait)
{
	long ret;

	do {
		ret = syscall(SYS_io_uring_enter, r->fd, submit, wait,
			      wait ? IORING_ENTER_GETEVENTS : 0, NULL, 0);
	} while (ret < 0 && errno == EINTR);
	if (ret != (long)submit)
		bail_out("io_uring_enter: %s", strerror(errno));
}

static void submit(struct uring *r, const struct io_uring_sqe *sqe)
{
	uint32_t tail = *r->sq_tail, at = tail & *r->sq_mask;

	r->sqes[at] = *sqe;
	r->sq_array[at] = at;
	/* Pairs with the kernel's acquire, before it reads the request */
	__atomic_store_n(r->sq_tail, tail + 1, __ATOMIC_RELEASE);
	r->held++;
	if (!r->hold)
		uring_submit(r);
}

void uring_hold(struct uring *r)
{
	r->hold = true;
}

void uring_submit(struct uring *r)
{
	enter(r, r->held, 0);
	r->held = 0;
	r->hold = false;
}

static void futex(struct uring *r, uint8_t op, const uint32_t *word,
		  uint32_t val, unsigned int flags, uint64_t id)
{
	struct io_uring_sqe sqe;

	memset(&sqe, 0, sizeof(sqe));
	sqe.opcode = op;
	sqe.flags = (uint8_t)flags;
	sqe.fd = FLAGS;
	sqe.addr = (uintptr_t)word;
	sqe.off = val; /* addr2 */
	sqe.addr3 = ~0U;
	sqe.user_data = id;
	submit(r, &sqe);
}

void uring_wait(struct uring *r, uint32_t *word, uint32_t val,
		unsigned int flags, uint64_t id)
{
	futex(r, OP_FUTEX_WAIT, word, val, flags, id);
}

void uring_waitv(struct uring *r, const void *vector, uint32_t nr,
		 unsigned int flags, uint64_t id)
{
	struct io_uring_sqe sqe;

	memset(&sqe, 0, sizeof(sqe));
	sqe.opcode = OP_FUTEX_WAITV;
	sqe.flags = (uint8_t)flags;
	sqe.addr = (uintptr_t)vector;
	sqe.len = nr;
	sqe.user_data = id;
	submit(r, &sqe);
}

void uring_wake(struct uring *r, uint32_t *word, uint32_t count,
		unsigned int flags, uint64_t id)
{
	futex(r, OP_FUTEX_WAKE, word, count, flags, id);
}

void uring_cancel(struct uring *r, uint64_t which, uint64_t id)
{
	struct io_uring_sqe sqe;

	memset(&sqe, 0, sizeof(sqe));
	sqe.opcode = IORING_OP_ASYNC_CANCEL;
	sqe.fd = -1;
	sqe.addr = which;
	sqe.user_data = id;
	submit(r, &sqe);
}

int uring_result(struct uring *r, uint64_t *id)
{
	uint32_t head = *r->cq_head;
	struct io_uring_cqe *cqe;
	int result;

	/* Pairs with the kernel's release of the tail, after the entry */
	if (head == __atomic_load_n(r->cq_tail, __ATOMIC_ACQUIRE))
		enter(r, 0, 1);
	cqe = &r->cqes[head & *r->cq_mask];
	*id = cqe->user_data;
	result = cqe->res;
	/* Pairs with the kernel's acquire, before it uses the place again */
	__atomic_store_n(r->cq_head, head + 1, __ATOMIC_RELEASE);
	return result;
}

void uring_expect(struct uring *r, uint64_t id, int want)
{
	uint64_t whose;
	int result = uring_result(r, &whose);

	if (result != want || whose != id)
		bail_out("request %llu returns %d, not %llu %d",
			 (unsigned long long)whose, result,
			 (unsigned long long)id, want);
}

bool uring_has_futex(const char **why)
{
	struct io_uring_params p;
	uint32_t word = 0;
	struct uring r;
	uint64_t id;
	int fd = setup(&p), result;

	*why = "this kernel has no io_uring";
	if (fd < 0)
		return false;
	close(fd);
	uring_open(&r);
	uring_wake(&r, &word, 1, 0, 1);
	result = uring_result(&r, &id);
	uring_close(&r);
	*why = "this kernel's io_uring has no futex operations";
	return result == 0;
}
