// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: robust buffer, a user killed at each instruction */

/*
 * For each k, a process makes k instructions of one call and is killed. Then
 * the buffer must hold what it held before the call or after it, and who
 * sleeps must go on without any help. The process is of this kind, or the same
 * program built for 32 bits (buffer_twin.h).
 */

#include "buffer_victim.h"

static struct scene new_scene(void)
{
	struct scene s = { .fd = memfd_create("buffer", 0) };

	if (s.fd < 0 || ftruncate(s.fd, SCENE_SIZE))
		abort();
	s.bb = map_scene(s.fd);
	if (!s.bb || bb_init_with(s.bb, SCENE_SIZE, CAPACITY,
				  sizeof(struct elem), BB_SHARED | BB_ROBUST))
		abort();
	return s;
}

static void free_scene(struct scene *s)
{
	CHECK_EQ(bb_destroy(s->bb), 0);
	munmap(s->bb, SCENE_SIZE);
	close(s->fd);
}

static void put(struct scene *s, uint32_t number)
{
	struct elem e = make_elem(number);

	CHECK_EQ(bb_put(s->bb, &e), 0);
}

static uint32_t get(struct scene *s)
{
	struct elem e = { 0 };

	CHECK_EQ(bb_get(s->bb, &e), 0);
	return elem_number(&e);
}

/* Elements @first to @last come out, and then none. */
static void check_drains(struct scene *s, uint32_t first, uint32_t last)
{
	struct elem e;

	CHECK_EQ(bb_count(s->bb), last + 1 - first);
	for (; first <= last; first++)
		CHECK_EQ(get(s), first);
	CHECK_EQ(bb_try_get(s->bb, &e), -EAGAIN);
	CHECK_EQ(bb_count(s->bb), 0);
}

/* More than once around, empty and full. */
static void check_works(struct scene *s)
{
	struct elem e = make_elem(0);
	uint32_t i, k;

	for (i = 0; i < 3; i++) {
		for (k = 1; k <= CAPACITY; k++)
			put(s, k);
		CHECK_EQ(bb_try_put(s->bb, &e), -EAGAIN);
		check_drains(s, 1, CAPACITY);
	}
}

/* A process dies as the owner of the mutex: the next call has to see to it. */
static void die_as_owner(struct scene *s)
{
	pid_t pid = fork();

	if (!pid) {
		fmutex_lock(at(s->bb, AT_LOCK));
		_exit(0);
	}
	join_child(pid);
}

struct act {
	enum victim_call call;
	uint32_t before; /* elements 1 to this are there */
	uint32_t adds, takes; /* what the whole call does */
	bool orphan; /* somebody has died as the owner just before */
};

/* Return: was the victim killed, or had it come to its end? */
static bool play(const struct act *act, bool twin, struct step_path *path,
		 int k, bool *done)
{
	struct scene s = new_scene();
	bool killed;
	uint32_t i;
	pid_t pid;

	for (i = 0; i < 3; i++) { /* so that two places lie apart */
		put(&s, i);
		CHECK_EQ(get(&s), i);
	}
	for (i = 1; i <= act->before; i++)
		put(&s, i);
	if (act->orphan)
		die_as_owner(&s);
	pid = start_victim(&s, act->call, act->before + 1, twin);
	killed = step_along(pid, path, k);
	if (killed)
		step_kill(pid);
	*done = bb_count(s.bb) != (int)act->before;
	CHECK(killed || *done);
	if (*done)
		check_drains(&s, 1 + act->takes, act->before + act->adds);
	else
		check_drains(&s, 1, act->before);
	check_works(&s);
	free_scene(&s);
	return killed;
}

static void play_all(bool twin)
{
	static const struct act acts[] = {
		{ VICTIM_PUT, 2, 1, 0, false },
		{ VICTIM_GET, 2, 0, 1, false },
		{ VICTIM_PUT_N, 1, VICTIM_N, 0, false },
		{ VICTIM_GET_N, 3, 0, VICTIM_N, false },
		{ VICTIM_PUT, 2, 1, 0, true },
		{ VICTIM_GET, 2, 0, 1, true },
	};
	static struct step_path path;
	bool done, killed;
	int k, early;
	size_t i;

	for (i = 0; i < sizeof(acts) / sizeof(*acts); i++) {
		path.n = 0;
		killed = !play(&acts[i], twin, &path, INT_MAX, &done);
		for (k = early = 0; killed; k += step_stride()) {
			killed = play(&acts[i], twin, &path, k, &done);
			early += done ? 0 : step_stride();
		}
		printf("# call %d: %d instructions, moved after %d\n",
		       acts[i].call, k, early);
		CHECK(early > 50 && early < k - 20);
	}
}

TEST(killed_at_any_instruction_of_put_and_get)
{
	play_all(false);
}

TEST(killed_32_bit_process_leaves_a_64_bit_one_a_whole_buffer)
{
	if (!twin_runs())
		SKIP("there is no 32-bit build of this, or it cannot run");
	play_all(true);
}

/* A thread of this process that sleeps in a call until the victim helps. */
struct sleeper {
	struct scene *s;
	pid_t tid; /* atomic */
	bool puts;
	uint32_t number; /* what it puts, or got */
	int ret;
};

static void *sleep_in_call(void *arg)
{
	struct sleeper *me = arg;
	struct elem e = make_elem(me->number);

	__atomic_store_n(&me->tid, own_tid(), __ATOMIC_RELEASE);
	me->ret = me->puts ? bb_put(me->s->bb, &e) : bb_get(me->s->bb, &e);
	if (!me->ret)
		me->number = elem_number(&e);
	return NULL;
}

static pthread_t start_sleeper(struct sleeper *me)
{
	pthread_t thread = start_thread(sleep_in_call, me);

	UNTIL(__atomic_load_n(&me->tid, __ATOMIC_ACQUIRE));
	UNTIL(is_asleep(me->tid));
	return thread;
}

static void note_delay(long long begin, long long *longest)
{
	long long ns = clock_ns(CLOCK_MONOTONIC) - begin;

	if (ns > *longest)
		*longest = ns;
}

/* What the victim is to do for a sleeper; this process, when it did not. */
static const struct help {
	enum victim_call call;
	bool full; /* the buffer, else empty */
	int ret; /* what the sleeper is to hear */
} helps[] = {
	{ VICTIM_PUT, false, 0 },
	{ VICTIM_GET, true, 0 },
	{ VICTIM_CLOSE, false, -ENODATA },
	{ VICTIM_CLOSE, true, -ESHUTDOWN },
};

static bool has_helped(struct scene *s, const struct help *h, uint32_t index)
{
	if (h->call == VICTIM_CLOSE)
		return load_at(s->bb, AT_CLOSED);
	return load_at(s->bb, h->full ? AT_TAIL : AT_HEAD) != index;
}

static void help(struct scene *s, const struct help *h)
{
	if (h->call == VICTIM_PUT)
		put(s, 7);
	else if (h->call == VICTIM_GET)
		CHECK_EQ(get(s), 1);
	else
		CHECK_EQ(bb_close(s->bb), 0);
}

static bool play_help(const struct help *h, struct step_path *path, int k,
		      long long *longest)
{
	struct scene s = new_scene();
	struct sleeper sleeper = { .s = &s, .puts = h->full, .number = 9 };
	uint32_t i, index;
	pthread_t thread;
	long long begin;
	bool killed;
	pid_t pid;

	for (i = 1; h->full && i <= CAPACITY; i++)
		put(&s, i);
	index = load_at(s.bb, h->full ? AT_TAIL : AT_HEAD);
	thread = start_sleeper(&sleeper);
	pid = start_victim(&s, h->call, 7, false);
	killed = step_along(pid, path, k);
	begin = clock_ns(CLOCK_MONOTONIC);
	if (killed)
		step_kill(pid);
	if (!has_helped(&s, h, index))
		help(&s, h);
	join_thread(thread);
	note_delay(begin, longest);
	CHECK_EQ(sleeper.ret, h->ret);
	if (h->call == VICTIM_PUT)
		CHECK_EQ(sleeper.number, 7);
	if (h->call == VICTIM_GET) {
		for (i = 2; i <= CAPACITY; i++)
			CHECK_EQ(get(&s), i);
		CHECK_EQ(get(&s), 9);
	}
	if (h->call != VICTIM_CLOSE)
		check_works(&s);
	free_scene(&s);
	return killed;
}

static void play_helps(void *arg)
{
	static struct step_path path;
	const struct help *h = arg;
	long long longest = 0;
	bool killed;
	int k;

	killed = !play_help(h, &path, INT_MAX, &longest);
	for (k = 0; killed; k += step_stride())
		killed = play_help(h, &path, k, &longest);
	printf("# call %d: %d instructions, at most %lld ms later\n", h->call,
	       k, longest / 1000000);
	fflush(stdout);
	CHECK(k > 50);
}

/* Sleepers are what this waits for: all kinds at a time. */
TEST(sleeper_goes_on_when_its_helper_is_killed_at_any_instruction)
{
	enum {
		N = sizeof(helps) / sizeof(*helps)
	};
	pid_t child[N];
	int i;

	fflush(stdout);
	for (i = 0; i < N; i++)
		child[i] = start_child(play_helps, (void *)&helps[i]);
	for (i = 0; i < N; i++)
		join_child(child[i]);
}

/* Asleep in the kernel, or stopped on its way out of there. */
static bool is_in_call(pid_t pid)
{
	char state = thread_state(pid);

	return state == 'S' || state == 't';
}

/*
 * Two sleep for an element; one comes, and the first is killed @k instructions
 * after it was woken. Return: could it make so many without entering the
 * kernel again?
 */
static bool play_woken(int k, long long *longest)
{
	struct scene s = new_scene();
	struct sleeper sleeper = { .s = &s };
	pthread_t thread;
	long long begin;
	bool in_time;
	pid_t pid;

	pid = start_victim(&s, VICTIM_GET, 1, false);
	while (!(load_at(s.bb, AT_FILLED) & 1)) /* until its first sleep */
		step_to_call(pid);
	CHECK_EQ(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
	UNTIL(is_in_call(pid));
	thread = start_sleeper(&sleeper);
	put(&s, 1);
	CHECK_EQ(step_wait(pid), SIGTRAP); /* woken, or a slice has passed */
	while (k && !step_is_call(pid) && step(pid, 1))
		k--;
	in_time = !k;
	step_kill(pid);
	begin = clock_ns(CLOCK_MONOTONIC);
	if (!bb_count(s.bb))
		put(&s, 2); /* the first may have been in the victim's hands */
	join_thread(thread);
	note_delay(begin, longest);
	CHECK_EQ(sleeper.ret, 0);
	CHECK(sleeper.number == 1 || sleeper.number == 2);
	while (bb_count(s.bb))
		CHECK_EQ(get(&s), 2);
	check_works(&s);
	free_scene(&s);
	return in_time;
}

#define LANES 6

/* Each LANES'th instruction from *@arg on. */
static void play_lane(void *arg)
{
	long long longest = 0;
	int k = *(int *)arg;

	while (play_woken(k, &longest))
		k += LANES * step_stride();
	printf("# %d instructions, at most %lld ms later\n", k,
	       longest / 1000000);
	fflush(stdout);
	CHECK(k > 50);
}

TEST(sleeper_goes_on_when_the_one_woken_is_killed_at_any_instruction)
{
	int first[LANES], i;
	pid_t child[LANES];

	fflush(stdout);
	for (i = 0; i < LANES; i++) {
		first[i] = i;
		child[i] = start_child(play_lane, &first[i]);
	}
	for (i = 0; i < LANES; i++)
		join_child(child[i]);
}
