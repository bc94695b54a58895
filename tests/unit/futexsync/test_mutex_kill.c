// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: robust mutexes, a thread killed at each instruction */

#include "mutex_help.h"
#include "step.h"

struct scene {
	struct fmutex m;
	int owned; /* atomic, for each below */
	int woken;
	pid_t tid[2];
	int died; /* how often a survivor got -EOWNERDEAD */
};

#define KIND (FMUTEX_ROBUST | FMUTEX_SHARED)

/* Each robust kind in turn; @without: not those with this flag. */
#define FOR_EACH_ROBUST_KIND(kind, without)                  \
	for (size_t i_ = 0; i_ < KINDS; i_++)                \
		if ((((kind) = kinds[i_]) & KIND) == KIND && \
		    !((kind) & (without)))

/*
 * Always at a new address: a thread remembers that of a mutex whose unlock
 * woke nobody, and does the next one another way.
 */
static struct scene *new_scene(unsigned int kind)
{
	static struct scene *next, *end;

	if (next == end) {
		next = map_shared(1000 * sizeof(*next));
		end = next + 1000;
	}
	CHECK_EQ(fmutex_init(&next->m, kind), 0);
	return next++;
}

/* What the survivors do: own it, repair it, give it back. */
static void survive(struct scene *s)
{
	int err = lock_or_fail(&s->m);

	if (err == -EOWNERDEAD) {
		__atomic_fetch_add(&s->died, 1, __ATOMIC_RELAXED);
		err = fmutex_consistent(&s->m);
	}
	CHECK_EQ(err, 0);
	CHECK_EQ(fmutex_unlock(&s->m), 0);
}

/* Nothing is left of the death. */
static void check_healthy(struct scene *s)
{
	CHECK_EQ(lock_or_fail(&s->m), 0);
	CHECK_EQ(fmutex_consistent(&s->m), -EINVAL);
	CHECK_EQ(fmutex_unlock(&s->m), 0);
	CHECK_EQ(fmutex_lock(&s->m), 0);
	CHECK_EQ(fmutex_unlock(&s->m), 0);
	CHECK_EQ(word_of(&s->m), 0);
	CHECK_EQ(fmutex_destroy(&s->m), 0);
}

/* What a thread does once only is not to be stepped through each time. */
static void warm_up(void)
{
	struct fmutex m;

	CHECK_EQ(fmutex_init(&m, FMUTEX_ROBUST), 0);
	CHECK_EQ(fmutex_lock(&m), 0);
	CHECK_EQ(fmutex_unlock(&m), 0);
}

static void lock_and_unlock(void *arg)
{
	struct scene *s = arg;

	warm_up();
	step_here();
	fmutex_lock(&s->m);
	fmutex_unlock(&s->m);
	step_end();
}

/* Did the kill come in time? */
static bool kill_at(struct scene *s, void (*victim)(void *), int k)
{
	pid_t pid = step_start(victim, s);

	if (!step(pid, k))
		return false;
	step_kill(pid);
	return true;
}

TEST(killed_at_any_instruction_of_lock_and_unlock)
{
	unsigned int kind;
	struct scene *s;
	bool killed;
	int k, died;

	FOR_EACH_ROBUST_KIND(kind, 0)
	{
		for (k = 0, died = 0, killed = true; killed;
		     k += step_stride()) {
			s = new_scene(kind);
			killed = kill_at(s, lock_and_unlock, k);
			survive(s);
			died += s->died * step_stride();
			check_healthy(s);
		}
		printf("# %d instructions, %d of them as owner\n", k, died);
		CHECK(died > 10 && died < k);
	}
}

struct survivor {
	struct scene *s;
	int number;
};

static void *survive_in_thread(void *arg)
{
	struct survivor *who = arg;

	__atomic_store_n(&who->s->tid[who->number], own_tid(),
			 __ATOMIC_RELEASE);
	survive(who->s);
	return NULL;
}

/* A thread of this process that sleeps until it gets the mutex. */
static pthread_t start_survivor(struct survivor *who)
{
	pthread_t thread = start_thread(survive_in_thread, who);
	pid_t *tid = &who->s->tid[who->number];

	UNTIL(__atomic_load_n(tid, __ATOMIC_ACQUIRE));
	UNTIL(is_waited_for(&who->s->m) && is_asleep(*tid));
	return thread;
}

static void unlock_before_sleepers(void *arg)
{
	struct scene *s = arg;

	CHECK_EQ(fmutex_lock(&s->m), 0);
	step_here();
	fmutex_unlock(&s->m);
	step_end();
}

/* Its first such unlock has woken nobody: this one goes the way of (E). */
static void unlock_quietly(void *arg)
{
	struct scene *s = arg;

	CHECK_EQ(fmutex_lock(&s->m), 0);
	__atomic_fetch_or(&s->m.word, FUTEX_WAITERS, __ATOMIC_RELAXED);
	CHECK_EQ(fmutex_unlock(&s->m), 0);
	CHECK_EQ(word_of(&s->m), FUTEX_WAITERS);
	unlock_before_sleepers(s);
}

static void kill_unlocker(void (*victim)(void *), unsigned int without)
{
	struct survivor who[2] = { { .number = 0 }, { .number = 1 } };
	pthread_t threads[2];
	unsigned int kind;
	struct scene *s;
	bool alive;
	pid_t pid;
	int k;

	FOR_EACH_ROBUST_KIND(kind, without)
	{
		for (k = 0, alive = true; alive; k += step_stride()) {
			s = new_scene(kind);
			who[0].s = who[1].s = s;
			pid = step_start(victim, s);
			threads[0] = start_survivor(&who[0]);
			threads[1] = start_survivor(&who[1]);
			alive = step(pid, k);
			if (alive)
				step_kill(pid);
			join_thread(threads[0]);
			join_thread(threads[1]);
			CHECK(s->died <= 1);
			check_healthy(s);
		}
		printf("# %d instructions\n", k);
		CHECK(k > 10);
	}
}

TEST(killed_at_any_instruction_of_an_unlock_with_sleepers)
{
	kill_unlocker(unlock_before_sleepers, 0);
}

TEST(killed_while_it_takes_the_waiters_bit_back)
{
	kill_unlocker(unlock_quietly, FMUTEX_PI);
}

static void wait_for_lock(void *arg)
{
	struct scene *s = arg;

	warm_up();
	step_here();
	survive(s);
}

/*
 * A PI mutex is handed on by the kernel: its waiter is the owner or asleep.
 *
 * A waiter that was woken is killed @k instructions later. With a @thief,
 * another one has the mutex by then. Return: could it make so many without
 * entering the kernel again?
 */
static bool kill_waiter(struct scene *s, bool thief, int k)
{
	struct survivor who = { .s = s, .number = 0 };
	pthread_t thread;
	bool in_time;
	pid_t pid;

	CHECK_EQ(fmutex_lock(&s->m), 0);
	pid = step_start(wait_for_lock, s);
	while (!is_waited_for(&s->m)) /* before the first sleep */
		step_to_call(pid);
	CHECK_EQ(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
	UNTIL(is_asleep(pid));
	thread = start_survivor(&who); /* behind it in the queue */
	CHECK_EQ(fmutex_unlock(&s->m), 0);
	CHECK_EQ(step_wait(pid),
		 SIGTRAP); /* woken, and the call is about to return */
	if (thief)
		CHECK_EQ(fmutex_lock(&s->m), 0);
	while (k && !step_is_call(pid) && step(pid, 1))
		k--;
	in_time = !k;
	step_kill(pid);
	if (thief)
		CHECK_EQ(fmutex_unlock(&s->m), 0);
	join_thread(thread);
	return in_time;
}

static void kill_waiters(bool thief)
{
	unsigned int kind;
	struct scene *s;
	bool more;
	int k;

	FOR_EACH_ROBUST_KIND(kind, FMUTEX_PI)
	{
		for (k = 0, more = true; more; k += step_stride()) {
			s = new_scene(kind);
			more = kill_waiter(s, thief, k);
			survive(s);
			check_healthy(s);
		}
		printf("# %d instructions\n", k);
		CHECK(k > 10);
	}
}

TEST(waiter_killed_at_any_instruction_after_its_wake)
{
	kill_waiters(false);
}

TEST(waiter_killed_after_its_wake_when_another_has_the_mutex)
{
	kill_waiters(true);
}

static void break_it(void *arg)
{
	struct scene *s = arg;

	CHECK_EQ(fmutex_lock(&s->m), -EOWNERDEAD);
	step_here();
	fmutex_unlock(&s->m);
	step_end();
}

static void *see_it_broken(void *arg)
{
	struct survivor *who = arg;
	int err;

	__atomic_store_n(&who->s->tid[who->number], own_tid(),
			 __ATOMIC_RELEASE);
	err = lock_or_fail(&who->s->m);
	if (err == -EOWNERDEAD) /* the breaker died before it was decided */
		CHECK_EQ(fmutex_unlock(&who->s->m), 0);
	else
		CHECK_EQ(err, -ENOTRECOVERABLE);
	return NULL;
}

static void lock_and_die(void *arg)
{
	struct scene *s = arg;

	CHECK_EQ(fmutex_lock(&s->m), 0);
}

TEST(unlocked_without_repair_is_broken_for_all)
{
	struct survivor who[2] = { { .number = 0 }, { .number = 1 } };
	pthread_t threads[2];
	unsigned int kind;
	struct scene *s;
	bool alive;
	pid_t pid;
	int i, k;

	FOR_EACH_ROBUST_KIND(kind, 0)
	{
		for (k = 0, alive = true; alive; k += step_stride()) {
			s = new_scene(kind);
			join_child(start_child(lock_and_die, s));
			pid = step_start(break_it, s);
			for (i = 0; i < 2; i++) {
				who[i].s = s;
				threads[i] =
					start_thread(see_it_broken, &who[i]);
				UNTIL(__atomic_load_n(&s->tid[i],
						      __ATOMIC_ACQUIRE));
				UNTIL(is_waited_for(&s->m) &&
				      is_asleep(s->tid[i]));
			}
			alive = step(pid, k);
			if (alive)
				step_kill(pid);
			join_thread(threads[0]);
			join_thread(threads[1]);
			CHECK_EQ(fmutex_lock(&s->m), -ENOTRECOVERABLE);
			CHECK_EQ(fmutex_trylock(&s->m), -ENOTRECOVERABLE);
			CHECK_EQ(fmutex_consistent(&s->m), -EINVAL);
			CHECK_EQ(fmutex_unlock(&s->m), -EPERM);
			CHECK_EQ(fmutex_destroy(&s->m), 0);
			CHECK_EQ(fmutex_init(&s->m, kind), 0);
			check_healthy(s);
		}
		CHECK(k > 10);
	}
}
