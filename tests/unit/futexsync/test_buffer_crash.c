// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: processes of both widths, some of which are killed */

/*
 * Processes put and get as fast as they can, every second one built for 32
 * bits where such programs run. In the first test they are left alone. In the
 * second, one after the other is killed wherever it is, and replaced; at the
 * end each element was got once or not at all, and of those that were put only
 * the ones in the hands of a killed consumer are missing.
 */

#include "buffer_ledger.h"
#include "buffer_twin.h"

#define WORKERS 4 /* the even ones put */
#define SLOTS	4
#define KILLS	100
#define ITEMS	2000U

/* In one piece of shared memory. */
struct field {
	struct ledger ledger;
	char bb[4096] __attribute__((__aligned__(64)));
};

struct crowd {
	int fd;
	struct field *field;
	struct bb *bb;
	bool twins;
	uint32_t producers; /* so many numbers are given out */
	uint32_t number[WORKERS]; /* of the producers at work */
	pid_t pid[WORKERS];
};

static struct field *map_field(int fd)
{
	void *mem = mmap(NULL, sizeof(struct field), PROT_READ | PROT_WRITE,
			 MAP_SHARED, fd, 0);

	return mem == MAP_FAILED ? NULL : mem;
}

/* @arg: does it put, its number, how many it puts at most. */
static void work(struct field *field, const uint32_t arg[3])
{
	struct worker w = {
		.ledger = &field->ledger,
		.bb = (struct bb *)field->bb,
		.random = { 1 + arg[1] },
		.me = arg[1],
		.items = arg[2],
	};

	__atomic_fetch_add(&w.ledger->started, 1, __ATOMIC_RELAXED);
	if (!arg[0]) {
		ledger_consume(&w);
		return;
	}
	ledger_produce(&w);
	/* Who may be killed is there to be killed, also with nothing to put. */
	if (w.items == LEDGER_ITEMS)
		UNTIL(load(&w.ledger->stop));
}

static void twin_main(const struct twin *t)
{
	struct field *field;

	if (t->fd < 0)
		return;
	field = map_field(t->fd);
	REQUIRE(field);
	REQUIRE(CHECK_EQ(bb_attach((struct bb *)field->bb, 4096), 0));
	work(field, t->arg);
}

static void start_worker(struct crowd *c, uint32_t i, bool twin, uint32_t items)
{
	struct twin t = { .fd = c->fd };

	t.arg[0] = i % 2 == 0;
	t.arg[1] = i % 2 ? i : c->producers++;
	t.arg[2] = items;
	c->number[i] = t.arg[1];
	c->pid[i] = fork();
	if (c->pid[i] < 0)
		abort();
	if (c->pid[i])
		return;
	alarm(TEST_LIMIT_S);
	if (twin)
		twin_exec(&t);
	work(c->field, t.arg);
	_exit(child_status());
}

static void begin(struct crowd *c, unsigned int kind, uint32_t items)
{
	uint32_t i;

	*c = (struct crowd){ .fd = memfd_create("field", 0) };
	if (c->fd < 0 || ftruncate(c->fd, sizeof(struct field)))
		abort();
	c->field = map_field(c->fd);
	if (!c->field)
		abort();
	c->bb = (struct bb *)c->field->bb;
	c->twins = twin_runs();
	CHECK_EQ(bb_init_with(c->bb, 4096, SLOTS, sizeof(struct item), kind),
		 0);
	/* 0 and 3 are twins: each width has a producer and a consumer. */
	for (i = 0; i < WORKERS; i++)
		start_worker(c, i, c->twins && i % 3 == 0, items);
}

/* Producers end, consumers see the end. Return: how many are missing. */
static uint32_t finish(struct crowd *c)
{
	uint32_t i, lost;

	for (i = 0; i < WORKERS; i += 2)
		join_child(c->pid[i]);
	CHECK_EQ(bb_close(c->bb), 0);
	for (i = 1; i < WORKERS; i += 2)
		join_child(c->pid[i]);
	CHECK_EQ(bb_count(c->bb), 0);
	lost = ledger_lost(&c->field->ledger);
	munmap(c->field, sizeof(*c->field));
	close(c->fd);
	return lost;
}

TEST(both_widths_lose_double_and_reorder_nothing)
{
	const unsigned int *kind;
	struct crowd c;

	FOR_EACH_KIND(kind)
	{
		if (!(*kind & BB_SHARED))
			continue;
		begin(&c, *kind, ITEMS);
		UNTIL(load(&c.field->ledger.put[0]) == ITEMS &&
		      load(&c.field->ledger.put[1]) == ITEMS);
		CHECK_EQ(finish(&c), 0);
		if (!c.twins)
			printf("# without 32-bit processes\n");
	}
}

/* All that put have put what they may: this process did not run for long. */
static bool is_exhausted(const struct crowd *c)
{
	uint32_t i;

	for (i = 0; i < WORKERS; i += 2) {
		if (load(&c->field->ledger.put[c->number[i]]) < LEDGER_ITEMS)
			return false;
	}
	return true;
}

/* Kill one after some elements more have come through, and replace it. */
static void kill_one(struct crowd *c, uint32_t i, struct random *random)
{
	uint32_t gotten = load(&c->field->ledger.gotten);
	uint32_t some = random_below(random, 100);
	uint32_t wait = random_below(random, 3000);
	int status;

	UNTIL(load(&c->field->ledger.gotten) - gotten > some ||
	      is_exhausted(c));
	while (wait--) /* so that it is anywhere, not just after a get */
		__asm__ __volatile__("");
	kill(c->pid[i], SIGKILL);
	CHECK_EQ(waitpid(c->pid[i], &status, 0), c->pid[i]);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	start_worker(c, i, c->twins && random_below(random, 2), LEDGER_ITEMS);
}

static void kill_many(uint64_t seed)
{
	struct random random = { seed };
	uint32_t i, n, consumers = 0, lost;
	struct crowd c;

	begin(&c, BB_SHARED | BB_ROBUST, LEDGER_ITEMS);
	for (n = 0; n < KILLS; n++) {
		i = random_below(&random, WORKERS);
		/* Each new producer takes a number. */
		if (c.producers == LEDGER_PRODUCERS)
			i |= 1;
		consumers += i % 2;
		kill_one(&c, i, &random);
	}
	store(&c.field->ledger.stop, 1);
	lost = finish(&c);
	printf("# %u missing after the death of %u consumers\n", lost,
	       consumers);
	CHECK(lost <= consumers * LEDGER_BULK);
}

TEST(killed_ones_take_no_more_than_they_had_in_their_hands)
{
	uint64_t seed;

	for (seed = 1; seed <= 8; seed++)
		kill_many(seed);
}
