// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: a session sees the tasks it asked for, no others */

#include "harness.h"

#include <pthread.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "../programs/worker.h"
#include "device.h"

#define RING FUTEXWATCH_CFG_RING

static uint32_t words[8];

/* For these words of whatever process. */
static struct futexwatch_config words_config(uint32_t flags)
{
	struct futexwatch_config cfg = own_config(RING | flags);

	only_words(&cfg, &words[0], &words[7]);
	return cfg;
}

/* Wakes by process @pid on @word that are in the rings; all are taken out. */
static unsigned int wakes_by(struct session *s, pid_t pid, const uint32_t *word)
{
	union futexwatch_record rec;
	unsigned int n = 0;

	while (take_any(s, &rec)) {
		if (rec.head.type == FUTEXWATCH_REC_WAKE &&
		    rec.head.op == FUTEXWATCH_OP_WAKE &&
		    (pid_t)rec.head.pid == pid &&
		    rec.head.address == (uintptr_t)word)
			n++;
		else
			CHECK(!"a record that was not asked for");
	}
	return n;
}

/* A child that makes wakes, and others by a child of its own, on command. */
struct child {
	pid_t pid;
	int fd;
};

static void child_main(int fd)
{
	pid_t grandchild;
	char command;

	/* Not until the end of the file: sisters hold the other side, too. */
	while (read(fd, &command, 1) == 1 && command != 'q') {
		if (command == 'w')
			wake_often(words, 1, 1);
		if (command == 'f') {
			grandchild = fork();
			if (grandchild == 0) {
				wake_often(&words[1], 1, 1);
				_exit(0);
			}
			waitpid(grandchild, NULL, 0);
		}
		if (write(fd, &command, 1) != 1)
			break;
	}
	_exit(0);
}

static struct child start_child(void)
{
	struct child c;
	int fds[2];

	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	c.pid = fork();
	if (c.pid == 0) {
		close(fds[0]);
		child_main(fds[1]);
	}
	close(fds[1]);
	c.fd = fds[0];
	return c;
}

static void command(const struct child *c, char what)
{
	CHECK_EQ(write(c->fd, &what, 1), 1);
	CHECK_EQ(read(c->fd, &what, 1), 1);
}

static void end_child(const struct child *c)
{
	int status;

	CHECK_EQ(write(c->fd, "q", 1), 1);
	close(c->fd);
	CHECK_EQ(waitpid(c->pid, &status, 0), c->pid);
	CHECK_EQ(status, 0);
}

TEST(two_sessions_see_each_its_own_process)
{
	struct futexwatch_config mine = words_config(0), its = mine;
	struct child c = start_child();
	uint32_t pid = (uint32_t)c.pid;
	struct session a, b;
	int i;

	its.pids = (uintptr_t)&pid;
	session_begin(&a, &mine);
	session_begin(&b, &its);
	for (i = 0; i < 7; i++) {
		command(&c, 'w');
		wake_often(words, 1, 3);
	}
	CHECK_EQ(wakes_by(&a, getpid(), words), 21);
	CHECK_EQ(wakes_by(&b, c.pid, words), 7);
	CHECK_EQ(must_count(a.fd, FUTEXWATCH_CPU_ALL).wakes, 21);
	CHECK_EQ(must_count(b.fd, FUTEXWATCH_CPU_ALL).wakes, 7);
	end_child(&c);
	session_close(&a);
	session_close(&b);
}

TEST(without_processes_all_are_seen)
{
	struct futexwatch_config cfg = words_config(0);
	struct child c = start_child();
	union futexwatch_record rec;
	unsigned int mine = 0, its = 0;
	struct session s;

	cfg.nr_pids = 0;
	session_begin(&s, &cfg);
	command(&c, 'w');
	wake_often(words, 1, 1);
	while (take_any(&s, &rec)) {
		mine += (pid_t)rec.head.pid == getpid();
		its += (pid_t)rec.head.pid == c.pid;
	}
	CHECK_EQ(mine, 1);
	CHECK_EQ(its, 1);
	end_child(&c);
	session_close(&s);
}

TEST(several_processes_can_be_asked_for)
{
	struct futexwatch_config cfg = words_config(0);
	struct child c[3] = { start_child(), start_child(), start_child() };
	uint32_t pids[] = { (uint32_t)c[0].pid, (uint32_t)c[2].pid };
	union futexwatch_record rec;
	unsigned int n = 0;
	struct session s;
	int i;

	cfg.pids = (uintptr_t)pids;
	cfg.nr_pids = 2;
	session_begin(&s, &cfg);
	for (i = 0; i < 3; i++)
		command(&c[i], 'w');
	for (; take_any(&s, &rec); n++)
		CHECK((pid_t)rec.head.pid != c[1].pid);
	CHECK_EQ(n, 2);
	for (i = 0; i < 3; i++)
		end_child(&c[i]);
	session_close(&s);
}

TEST(one_thread_can_be_asked_for)
{
	struct futexwatch_config cfg = words_config(0);
	union futexwatch_record rec;
	struct worker a, b;
	unsigned int n = 0;
	struct session s;
	uint32_t tid;

	worker_start(&a);
	worker_start(&b);
	tid = (uint32_t)b.tid;
	cfg.nr_pids = 0;
	cfg.tids = (uintptr_t)&tid;
	cfg.nr_tids = 1;
	session_begin(&s, &cfg);
	worker_do(&a, 0, CALL(.word = words, .op = FUTEX_WAKE, .val = 1));
	worker_do(&b, 0, CALL(.word = words, .op = FUTEX_WAKE, .val = 1));
	wake_often(words, 1, 1);
	for (; take_any(&s, &rec); n++)
		CHECK_EQ(rec.head.tid, tid);
	CHECK_EQ(n, 1);
	worker_end(&a);
	worker_end(&b);
	session_close(&s);
}

TEST(threads_are_wanted_beside_processes)
{
	struct futexwatch_config cfg = words_config(0);
	union futexwatch_record rec;
	unsigned int n = 0;
	struct session s;
	struct worker w;
	struct child c;
	uint32_t tid;

	worker_start(&w);
	c = start_child();
	tid = (uint32_t)w.tid;
	cfg.nr_pids = 1;
	cfg.pids = (uintptr_t)&c.pid;
	cfg.tids = (uintptr_t)&tid;
	cfg.nr_tids = 1;
	session_begin(&s, &cfg);
	command(&c, 'w');
	worker_do(&w, 0, CALL(.word = words, .op = FUTEX_WAKE, .val = 1));
	wake_often(words, 1, 1);
	for (; take_any(&s, &rec); n++)
		CHECK(rec.head.tid == tid || (pid_t)rec.head.pid == c.pid);
	CHECK_EQ(n, 2);
	worker_end(&w);
	end_child(&c);
	session_close(&s);
}

/* Records by processes other than @pid after it forked, with @flags. */
static unsigned int seen_of_grandchild(uint32_t flags)
{
	struct futexwatch_config cfg = words_config(flags);
	struct child c = start_child();
	uint32_t pid = (uint32_t)c.pid;
	union futexwatch_record rec;
	unsigned int n = 0;
	struct session s;

	cfg.pids = (uintptr_t)&pid;
	session_begin(&s, &cfg);
	command(&c, 'w');
	command(&c, 'f');
	while (take_any(&s, &rec)) {
		CHECK((pid_t)rec.head.pid != getpid());
		n += (pid_t)rec.head.pid != c.pid;
	}
	end_child(&c);
	session_close(&s);
	return n;
}

TEST(children_are_followed_only_when_asked)
{
	CHECK_EQ(seen_of_grandchild(FUTEXWATCH_CFG_FOLLOW), 1);
	CHECK_EQ(seen_of_grandchild(0), 0);
}

TEST(children_of_children_are_followed_and_earlier_ones_are_not)
{
	struct futexwatch_config cfg = words_config(FUTEXWATCH_CFG_FOLLOW);
	struct child before = start_child(), after;
	union futexwatch_record rec;
	unsigned int n = 0;
	struct session s;

	session_begin(&s, &cfg);
	after = start_child();
	command(&before, 'w');
	command(&after, 'w');
	command(&after, 'f');
	for (; take_any(&s, &rec); n++)
		CHECK((pid_t)rec.head.pid != before.pid);
	CHECK_EQ(n, 2);
	CHECK_EQ(must_count(s.fd, FUTEXWATCH_CPU_ALL).follow_lost, 0);
	end_child(&before);
	end_child(&after);
	session_close(&s);
}

static void *fork_once(void *arg)
{
	pid_t pid = fork();

	if (pid == 0) {
		wake_often(&words[5], 1, 1);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	return arg;
}

TEST(children_of_any_thread_are_followed)
{
	struct futexwatch_config cfg = words_config(FUTEXWATCH_CFG_FOLLOW);
	union futexwatch_record rec;
	pthread_t thread;
	unsigned int n = 0;
	struct session s;

	session_begin(&s, &cfg);
	pthread_create(&thread, NULL, fork_once, NULL);
	pthread_join(thread, NULL);
	for (; take_any(&s, &rec); n++)
		CHECK_EQ(rec.head.address, (uintptr_t)&words[5]);
	CHECK_EQ(n, 1);
	session_close(&s);
}

/* Many more children than the filter has room for, but not at once. */
TEST(children_that_ended_make_room_for_others)
{
	struct futexwatch_config cfg = words_config(FUTEXWATCH_CFG_FOLLOW);
	struct session s;
	unsigned int i, n = must_inform().max_filter_ids + 100;

	if (n > 5000)
		n = 5000;
	session_begin(&s, &cfg);
	for (i = 0; i < n; i++) {
		pid_t pid = vfork();

		if (pid == 0)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
	CHECK_EQ(must_count(s.fd, FUTEXWATCH_CPU_ALL).follow_lost, 0);
	fork_once(NULL);
	CHECK_EQ(take_all(&s), 1);
	session_close(&s);
}
