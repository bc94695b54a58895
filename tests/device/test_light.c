// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: the light capture beside the full one */

#include "harness.h"

#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "device.h"

#define ROWS  2048
#define WAITS 16384

/* What one of the two sessions has. */
struct seen {
	struct session s;
	struct futexwatch_row rows[ROWS];
	unsigned int nr_rows;
	struct futexwatch_wait waits[WAITS];
	unsigned int nr_waits;
	uint64_t wakes; /* calls, by record */
	uint64_t woken; /* by record */
	uint64_t moved; /* by record */
};

static struct seen full, light;

static const char *path_of(const char *program)
{
	static char path[PATH_MAX + 64];
	char self[PATH_MAX] = "";

	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		bail_out("who am I?");
	snprintf(path, sizeof(path), "%s/../%s", dirname(self), program);
	return path;
}

static void begin(struct seen *seen, uint32_t flags, const uint32_t *pid,
		  uint32_t ops)
{
	struct futexwatch_config cfg =
		own_config(FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_TABLE |
			   FUTEXWATCH_CFG_FOLLOW | flags);

	memset(seen, 0, sizeof(*seen));
	cfg.pids = (uintptr_t)pid;
	cfg.ops = ops;
	cfg.ring_records = 65536;
	cfg.table_rows = ROWS;
	session_open(&seen->s, &cfg);
}

/* The same in both: those that slept, but for what only one of them follows. */
static bool both_see(const struct futexwatch_wait *w)
{
	return w->head.flags & FUTEXWATCH_F_ASLEEP &&
	       w->head.op != FUTEXWATCH_OP_WAITV &&
	       w->head.op != FUTEXWATCH_OP_WAIT_REQUEUE_PI;
}

static void take(struct seen *seen, const union futexwatch_record *rec)
{
	const struct futexwatch_wake *wake = &rec->wake;

	if (rec->head.type == FUTEXWATCH_REC_WAIT && both_see(&rec->wait) &&
	    seen->nr_waits < WAITS)
		seen->waits[seen->nr_waits++] = rec->wait;
	if (rec->head.type == FUTEXWATCH_REC_WAKE) {
		seen->wakes += !(rec->head.flags & FUTEXWATCH_F_MORE);
		seen->woken += wake->woken;
	}
	if (rec->head.type == FUTEXWATCH_REC_REQUEUE)
		seen->moved += wake->moved;
}

/* The waits of a thread one after the other; a moved one has two parts. */
static int in_order(const void *a, const void *b)
{
	const struct futexwatch_wait *x = a, *y = b;

	if (x->head.tid != y->head.tid)
		return x->head.tid < y->head.tid ? -1 : 1;
	if (x->head.time_ns != y->head.time_ns)
		return x->head.time_ns < y->head.time_ns ? -1 : 1;
	return (x->head.flags & FUTEXWATCH_F_MOVED) -
	       (y->head.flags & FUTEXWATCH_F_MOVED);
}

static void collect(struct seen *seen)
{
	struct futexwatch_counters c = must_count(seen->s.fd, ~0U);
	union futexwatch_record rec;

	while (take_any(&seen->s, &rec))
		take(seen, &rec);
	seen->nr_rows = read_table(seen->s.fd, 0, seen->rows, ROWS);
	CHECK_EQ(c.dropped, 0);
	CHECK_EQ(c.table_lost, 0);
	CHECK(seen->nr_waits < WAITS && seen->nr_rows < ROWS);
	qsort(seen->waits, seen->nr_waits, sizeof(*seen->waits), in_order);
	printf("# %u waits, %llu wakes, %llu woken, %llu moved\n",
	       seen->nr_waits, (unsigned long long)seen->wakes,
	       (unsigned long long)seen->woken,
	       (unsigned long long)seen->moved);
}

/* Runs @program with both looking at calls with @ops; 0: all. */
static void watch(const char *program, const char *option, uint32_t ops)
{
	int go[2], status;
	uint32_t pid;
	char byte;

	CHECK_EQ(pipe2(go, O_CLOEXEC), 0);
	pid = (uint32_t)fork();
	if (pid == 0) {
		dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
		if (read(go[0], &byte, 1) == 1)
			execl(path_of(program), program, option, NULL);
		_exit(127);
	}
	begin(&full, 0, &pid, ops);
	begin(&light, FUTEXWATCH_CFG_LIGHT, &pid, ops);
	must_start(full.s.fd);
	must_start(light.s.fd);
	CHECK_EQ(write(go[1], "g", 1), 1);
	CHECK_EQ(waitpid((pid_t)pid, &status, 0), (pid_t)pid);
	CHECK_EQ(status, 0);
	must_stop(light.s.fd);
	must_stop(full.s.fd);
	close(go[0]);
	close(go[1]);
	collect(&full);
	collect(&light);
}

static void unwatch(void)
{
	session_close(&light.s);
	session_close(&full.s);
}

/* Whose timer and a signal came together: only the kernel knows which won. */
static bool both_came(const struct futexwatch_wait *f,
		      const struct futexwatch_wait *l)
{
	return f->outcome == FUTEXWATCH_OUT_TIMED_OUT &&
	       l->outcome == FUTEXWATCH_OUT_INTERRUPTED;
}

/* That somebody died with a PI lock, the light capture does not see. */
static bool owner_died(const struct futexwatch_wait *f,
		       const struct futexwatch_wait *l)
{
	return f->outcome == FUTEXWATCH_OUT_OWNER_DIED &&
	       l->outcome == FUTEXWATCH_OUT_ACQUIRED && !l->waker_tid &&
	       f->head.op == FUTEXWATCH_OP_LOCK_PI;
}

static bool same_end(const struct futexwatch_wait *f,
		     const struct futexwatch_wait *l)
{
	if (both_came(f, l) || owner_died(f, l))
		return true;
	return f->outcome == l->outcome && f->cause == l->cause &&
	       f->waker_tid == l->waker_tid && f->waker_pid == l->waker_pid;
}

static bool same_wait(const struct futexwatch_wait *f,
		      const struct futexwatch_wait *l)
{
	const uint16_t how = FUTEXWATCH_F_PRIVATE | FUTEXWATCH_F_SHARED |
			     FUTEXWATCH_F_REALTIME | FUTEXWATCH_F_TIMEOUT |
			     FUTEXWATCH_F_COMPAT | FUTEXWATCH_F_MOVED |
			     FUTEXWATCH_F_RESTARTED;

	return f->head.tid == l->head.tid && f->head.pid == l->head.pid &&
	       f->head.op == l->head.op && f->head.address == l->head.address &&
	       f->head.space == l->head.space &&
	       !((f->head.flags ^ l->head.flags) & how) && f->val == l->val &&
	       f->bitset == l->bitset && f->address2 == l->address2 &&
	       f->bucket == l->bucket && f->table == l->table &&
	       f->scanned == l->scanned && same_end(f, l);
}

static void show(const char *who, const struct futexwatch_wait *w)
{
	printf("# %s: tid %u op %u %#llx flags %#x outcome %u cause %u waker %u bucket %u/%u scanned %u wait %llu asleep %llu ns\n",
	       who, w->head.tid, w->head.op,
	       (unsigned long long)w->head.address, w->head.flags, w->outcome,
	       w->cause, w->waker_tid, w->table, w->bucket, w->scanned,
	       (unsigned long long)w->wait_ns,
	       (unsigned long long)w->asleep_ns);
}

/* The light one lies within the full one: it begins later, and ends sooner. */
static bool lies_within(const struct futexwatch_wait *f,
			const struct futexwatch_wait *l)
{
	if (f->head.flags & FUTEXWATCH_F_NO_WHEN ||
	    l->head.flags & FUTEXWATCH_F_NO_WHEN)
		return true;
	return l->wait_ns <= f->wait_ns && l->head.time_ns <= f->head.time_ns;
}

static void compare_waits(void)
{
	unsigned int wrong = 0, i;

	CHECK_EQ(light.nr_waits, full.nr_waits);
	for (i = 0; i < full.nr_waits && i < light.nr_waits; i++) {
		if (same_wait(&full.waits[i], &light.waits[i]) &&
		    lies_within(&full.waits[i], &light.waits[i]))
			continue;
		if (wrong++ < 5) {
			show("full", &full.waits[i]);
			show("light", &light.waits[i]);
		}
	}
	CHECK_EQ(wrong, 0);
}

static const struct futexwatch_row *row_like(const struct futexwatch_row *row)
{
	unsigned int i;

	for (i = 0; i < light.nr_rows; i++) {
		if (light.rows[i].address == row->address &&
		    light.rows[i].space == row->space)
			return &light.rows[i];
	}
	return NULL;
}

/* Calls that fail look like empty ones. */
static bool is_of_one(const struct futexwatch_row *row)
{
	const __u64 *ops = row->ops;

	return row->wake_errors || ops[FUTEXWATCH_OP_WAITV] ||
	       ops[FUTEXWATCH_OP_WAIT_REQUEUE_PI] ||
	       ops[FUTEXWATCH_OP_CMP_REQUEUE_PI] ||
	       row->outcomes[FUTEXWATCH_OUT_OWNER_DIED];
}

static void compare_row(const struct futexwatch_row *f, unsigned int *wrong)
{
	static const struct futexwatch_row none;
	const struct futexwatch_row *l = row_like(f);

	if (is_of_one(f))
		return;
	if (!l)
		l = &none;
	if (l->wakes == f->wakes && l->woken == f->woken &&
	    l->empty_wakes == f->empty_wakes && l->requeues == f->requeues &&
	    l->asleep == f->asleep &&
	    l->outcomes[FUTEXWATCH_OUT_WOKEN] ==
		    f->outcomes[FUTEXWATCH_OUT_WOKEN] &&
	    l->scanned == f->scanned && !l->waiters)
		return;
	if ((*wrong)++ < 5)
		printf("# row %#llx: wakes %llu/%llu woken %llu/%llu empty %llu/%llu moved %llu/%llu asleep %llu/%llu waiters %u\n",
		       (unsigned long long)f->address,
		       (unsigned long long)f->wakes,
		       (unsigned long long)l->wakes,
		       (unsigned long long)f->woken,
		       (unsigned long long)l->woken,
		       (unsigned long long)f->empty_wakes,
		       (unsigned long long)l->empty_wakes,
		       (unsigned long long)f->requeues,
		       (unsigned long long)l->requeues,
		       (unsigned long long)f->asleep,
		       (unsigned long long)l->asleep, l->waiters);
}

static void compare_rows(void)
{
	unsigned int wrong = 0, i;

	for (i = 0; i < full.nr_rows; i++)
		compare_row(&full.rows[i], &wrong);
	CHECK_EQ(wrong, 0);
}

/* Where a kernel cannot do it, START says so. */
static bool can_light(void)
{
	return must_inform().hooks_found & FUTEXWATCH_HOOK_LIGHT;
}

static void check_same(const char *program, const char *option, uint32_t ops)
{
	if (!can_light())
		SKIP("the futex functions cannot be hooked here");
	if (access(path_of(program), X_OK))
		SKIP("the program was not built");
	watch(program, option, ops);
	CHECK(full.nr_waits > 100);
	compare_waits();
	compare_rows();
	CHECK_EQ(light.moved, full.moved);
	unwatch();
}

TEST(it_tells_of_private_words_what_the_full_capture_tells)
{
	check_same("prime_counts", NULL, 0);
}

TEST(it_tells_of_shared_words_what_the_full_capture_tells)
{
	check_same("prime_counts", "--shared", 0);
}

TEST(it_tells_the_same_wakers_in_storms)
{
	/* In a busy guest one of some thousand waits was counted apart, once. */
	if (!getenv("LIGHT_STORMS"))
		SKIP("it wants LIGHT_STORMS=1");
	/* Of the wakes that find nobody it makes more the longer it takes. */
	check_same("known_wakers", NULL,
		   FUTEXWATCH_OPS_ALL & ~(1U << FUTEXWATCH_OP_WAKE));
}
