// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: robust mutexes beside those of pthread in one list */

#include "mutex_help.h"

#define LOCKS  4 /* 0 and 1 are ours, 2 and 3 of pthread; odd ones are PI */
#define ORDERS 24 /* of four */

struct scene {
	struct fmutex ours[2];
	pthread_mutex_t theirs[2];
};

static void make_theirs(pthread_mutex_t *m, int protocol)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setprotocol(&attr, protocol);
	CHECK_EQ(pthread_mutex_init(m, &attr), 0);
}

static struct scene *new_scene(void)
{
	unsigned int kind = FMUTEX_ROBUST | FMUTEX_SHARED;
	struct scene *s = map_shared(sizeof(*s));

	CHECK_EQ(fmutex_init(&s->ours[0], kind), 0);
	CHECK_EQ(fmutex_init(&s->ours[1], kind | FMUTEX_PI), 0);
	make_theirs(&s->theirs[0], PTHREAD_PRIO_NONE);
	make_theirs(&s->theirs[1], PTHREAD_PRIO_INHERIT);
	return s;
}

static int lock(struct scene *s, int i)
{
	return i < 2 ? fmutex_lock(&s->ours[i])
		     : -pthread_mutex_lock(&s->theirs[i - 2]);
}

static int unlock(struct scene *s, int i)
{
	return i < 2 ? fmutex_unlock(&s->ours[i])
		     : -pthread_mutex_unlock(&s->theirs[i - 2]);
}

static int repair(struct scene *s, int i)
{
	return i < 2 ? fmutex_consistent(&s->ours[i])
		     : -pthread_mutex_consistent(&s->theirs[i - 2]);
}

/* The n-th order of four, as digits in an array. */
static void order_of(int n, int *order)
{
	int left[LOCKS] = { 0, 1, 2, 3 };
	int i, k, at, all = ORDERS;

	for (i = 0; i < LOCKS; i++) {
		all /= LOCKS - i;
		at = n / all;
		n %= all;
		order[i] = left[at];
		for (k = at; k < LOCKS - 1; k++)
			left[k] = left[k + 1];
	}
}

/* How many the kernel would find; -1: the list does not end. */
static int listed(void)
{
	struct robust_list_head *head = NULL;
	struct robust_list *at;
	size_t len;
	int n = 0;

	CHECK_EQ(syscall(SYS_get_robust_list, 0, &head, &len), 0);
	CHECK(!head->list_op_pending);
	for (at = head->list.next; at != &head->list && n <= 2 * LOCKS; n++)
		at = ((struct robust_list *)((uintptr_t)at & ~(uintptr_t)1))
			     ->next;
	return at == &head->list ? n : -1;
}

TEST(locked_and_unlocked_in_all_orders)
{
	struct scene *s = new_scene();
	int in, out, i, come[LOCKS], go[LOCKS];

	for (in = 0; in < ORDERS; in++) {
		for (out = 0; out < ORDERS; out++) {
			order_of(in, come);
			order_of(out, go);
			for (i = 0; i < LOCKS; i++) {
				CHECK_EQ(lock(s, come[i]), 0);
				CHECK_EQ(listed(), i + 1);
			}
			for (i = 0; i < LOCKS; i++) {
				CHECK_EQ(unlock(s, go[i]), 0);
				CHECK_EQ(listed(), LOCKS - i - 1);
			}
		}
	}
	munmap(s, sizeof(*s));
}

struct death {
	struct scene *s;
	const int *come, *go;
	int left; /* locks not given back */
};

/* As a thread or as a process: it ends with some held. */
static void *end_as_owner(void *arg)
{
	struct death *d = arg;
	int i;

	for (i = 0; i < LOCKS; i++)
		CHECK_EQ(lock(d->s, d->come[i]), 0);
	for (i = 0; i < LOCKS - d->left; i++)
		CHECK_EQ(unlock(d->s, d->go[i]), 0);
	return NULL;
}

static void die_as_owner(void *arg)
{
	end_as_owner(arg);
}

static void check_inheritance(struct death *d)
{
	int i, want;

	for (i = 0; i < LOCKS; i++) {
		want = i < LOCKS - d->left ? 0 : -EOWNERDEAD;
		CHECK_EQ(lock(d->s, d->go[i]), want);
		if (want)
			CHECK_EQ(repair(d->s, d->go[i]), 0);
	}
	CHECK_EQ(listed(), LOCKS);
	for (i = 0; i < LOCKS; i++)
		CHECK_EQ(unlock(d->s, d->go[i]), 0);
	CHECK_EQ(listed(), 0);
}

TEST(ended_with_any_of_them_held)
{
	int in, out, come[LOCKS], go[LOCKS];
	struct death d = { .s = new_scene(), .come = come, .go = go };

	for (in = 0; in < ORDERS; in++) {
		for (out = 0; out < ORDERS; out += 5) {
			order_of(in, come);
			order_of(out, go);
			for (d.left = 1; d.left <= LOCKS; d.left++) {
				join_thread(start_thread(end_as_owner, &d));
				check_inheritance(&d);
			}
			d.left = 1 + out % LOCKS;
			join_child(start_child(die_as_owner, &d));
			check_inheritance(&d);
		}
	}
	munmap(d.s, sizeof(*d.s));
}

/* A forked child has its parent's memory, but not its thread id nor locks. */
static void own_in_child(void *arg)
{
	struct scene *s = arg;

	CHECK_EQ(listed(), 0);
	CHECK_EQ(fmutex_unlock(&s->ours[0]), -EPERM);
	CHECK_EQ(fmutex_trylock(&s->ours[0]), -EBUSY);
	CHECK_EQ(fmutex_lock(&s->ours[1]), 0);
	CHECK_EQ(s->ours[1].word & FUTEX_TID_MASK, own_tid());
	CHECK_EQ(listed(), 1);
}

TEST(forked_child_is_another_owner)
{
	struct scene *s = new_scene();

	CHECK_EQ(lock(s, 0), 0);
	join_child(start_child(own_in_child, s));
	CHECK_EQ(lock(s, 1), -EOWNERDEAD);
	CHECK_EQ(unlock(s, 0), 0);
	munmap(s, sizeof(*s));
}

/* glibc's fork() tells glibc; this one tells nobody. */
TEST(child_of_a_bare_fork_is_another_owner)
{
	struct scene *s = new_scene();
	pid_t pid;

	CHECK_EQ(lock(s, 0), 0);
	pid = (pid_t)syscall(SYS_fork);
	if (!pid) {
		fmutex_lock(&s->ours[1]);
		_exit((s->ours[1].word & FUTEX_TID_MASK) !=
			      (uint32_t)own_tid() ||
		      fmutex_unlock(&s->ours[0]) != -EPERM);
	}
	join_child(pid);
	CHECK_EQ(lock(s, 1), -EOWNERDEAD);
	CHECK_EQ(unlock(s, 0), 0);
	munmap(s, sizeof(*s));
}

static void own_and_exec(void *arg)
{
	CHECK_EQ(lock(arg, 0), 0);
	CHECK_EQ(lock(arg, 1), 0);
	execl("/bin/true", "true", NULL);
	abort();
}

TEST(exec_ends_the_ownership)
{
	struct scene *s = new_scene();

	join_child(start_child(own_and_exec, s));
	CHECK_EQ(lock(s, 0), -EOWNERDEAD);
	CHECK_EQ(lock(s, 1), -EOWNERDEAD);
	munmap(s, sizeof(*s));
}

static void *without_a_list(void *arg)
{
	struct scene *s = arg;
	struct robust_list_head *head;
	size_t len;

	/* as in a thread that the C library does not know */
	CHECK_EQ(syscall(SYS_set_robust_list, NULL, sizeof(*head)), 0);
	CHECK_EQ(fmutex_lock(&s->ours[0]), 0);
	CHECK_EQ(fmutex_lock(&s->ours[1]), 0);
	CHECK_EQ(syscall(SYS_get_robust_list, 0, &head, &len), 0);
	CHECK(head);
	CHECK_EQ(listed(), 2);
	CHECK_EQ(fmutex_unlock(&s->ours[0]), 0);
	CHECK_EQ(listed(), 1);
	return NULL;
}

TEST(thread_without_a_list_gets_one)
{
	struct scene *s = new_scene();

	join_thread(start_thread(without_a_list, s));
	CHECK_EQ(lock(s, 0), 0);
	CHECK_EQ(lock(s, 1), -EOWNERDEAD);
	munmap(s, sizeof(*s));
}

static void *with_a_foreign_list(void *arg)
{
	struct scene *s = arg;
	struct robust_list_head foreign = { .futex_offset = -28 };
	struct robust_list_head *head;
	size_t len;

	foreign.list.next = &foreign.list;
	CHECK_EQ(syscall(SYS_get_robust_list, 0, &head, &len), 0);
	CHECK_EQ(syscall(SYS_set_robust_list, &foreign, sizeof(foreign)), 0);
	CHECK_EQ(fmutex_lock(&s->ours[0]), -ENOTSUP);
	CHECK_EQ(fmutex_trylock(&s->ours[1]), -ENOTSUP);
	CHECK_EQ(fmutex_unlock(&s->ours[0]), -EPERM);
	CHECK_EQ(word_of(&s->ours[0]), 0);
	CHECK(!foreign.list_op_pending);
	CHECK_EQ(syscall(SYS_set_robust_list, head, len), 0);
	return NULL;
}

TEST(list_of_another_form_is_left_alone)
{
	struct scene *s = new_scene();

	join_thread(start_thread(with_a_foreign_list, s));
	munmap(s, sizeof(*s));
}
