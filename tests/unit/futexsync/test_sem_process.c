// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: semaphores of processes that fork, die, differ */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "sem_help.h"

#define ROUNDS effort(20000)
#define KILLS  effort(100)

static struct fsem *new_shared(uint32_t value)
{
	struct fsem *s = map_shared(sizeof(*s));

	CHECK_EQ(fsem_init(s, value, true), 0);
	return s;
}

static void wait_in_child(void *s)
{
	CHECK_EQ(fsem_wait(s), 0);
}

static void kill_child(pid_t pid)
{
	int status;

	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK(WIFSIGNALED(status));
}

TEST(killed_sleeper_takes_no_token_and_stays_in_the_count)
{
	struct fsem *s = new_shared(0);
	pid_t dead = start_child(wait_in_child, s), alive;

	UNTIL(sem_waiters(s) == 1 && task_sleeps(dead));
	kill_child(dead);
	CHECK_EQ(sem_waiters(s), 1);
	alive = start_child(wait_in_child, s);
	UNTIL(sem_waiters(s) == 2 && task_sleeps(alive));
	CHECK_EQ(fsem_post(s), 0);
	join_child(alive);
	CHECK_EQ(sem_value(s), 0);
	CHECK_EQ(fsem_destroy(s), -EBUSY);
	munmap(s, sizeof(*s));
}

static void take_and_give_for_ever(void *s)
{
	for (;;) {
		CHECK_EQ(fsem_wait(s), 0);
		CHECK_EQ(fsem_post(s), 0);
	}
}

/*
 * Each that is killed takes at most the one token with it that it held, and
 * whatever it left behind, the others can go on.
 */
TEST(killed_at_any_moment_it_takes_one_token_at_most)
{
	struct fsem *s = new_shared(3);
	uint32_t value;
	pid_t pid[2];
	int i;

	for (i = 0; i < KILLS; i++) {
		pid[0] = start_child(take_and_give_for_ever, s);
		pid[1] = start_child(take_and_give_for_ever, s);
		usleep((useconds_t)i * 37 % 1000); /* any moment will do */
		kill_child(pid[i % 2]);
		kill_child(pid[1 - i % 2]);
		value = sem_value(s);
		CHECK(value >= 1 && value <= 3);
		CHECK_EQ(fsem_post_n(s, 3), 0);
		CHECK_EQ(fsem_trywait_n(s, value), value);
		CHECK_EQ(sem_value(s), 3);
	}
	munmap(s, sizeof(*s));
}

static void use_anew(void *arg)
{
	struct fsem *s = arg;

	/* The thread that waits has no copy here, but the count has. */
	CHECK_EQ(sem_waiters(s), 1);
	CHECK_EQ(fsem_init(s, 0, false), 0);
	CHECK_EQ(fsem_post(s), 0);
	CHECK_EQ(fsem_wait(s), 0);
	CHECK_EQ(fsem_destroy(s), 0);
}

static void *wait_once(void *s)
{
	CHECK_EQ(fsem_wait(s), 0);
	return NULL;
}

TEST(forked_child_makes_its_private_copy_anew)
{
	struct fsem s = FSEM_INIT(0);
	pthread_t thread = start_thread(wait_once, &s);

	UNTIL(sem_waiters(&s) == 1);
	join_child(start_child(use_anew, &s));
	CHECK_EQ(fsem_post(&s), 0);
	join_thread(thread);
	CHECK_EQ(fsem_destroy(&s), 0);
}

/* What both programs map: the two must agree on where everything is. */
struct meeting {
	struct fsem ping, pong, any, end;
	uint32_t guarded; /* by any */
	uint32_t bits; /* of the second program's pointers */
};

static void count_guarded(struct meeting *m)
{
	int i;

	for (i = 0; i < ROUNDS; i++) {
		CHECK_EQ(fsem_wait(&m->any), 0);
		m->guarded++;
		CHECK_EQ(fsem_post(&m->any), 0);
	}
}

static struct meeting *map_meeting(int fd)
{
	void *mem = mmap(NULL, sizeof(struct meeting), PROT_READ | PROT_WRITE,
			 MAP_SHARED, fd, 0);

	if (mem == MAP_FAILED)
		abort();
	return mem;
}

/* The second program: this same test, built for the other word size. */
static void answer(int fd)
{
	struct meeting *m = map_meeting(fd);
	struct fsem *const both[] = { &m->end, &m->ping };
	int i;

	m->bits = sizeof(void *) * CHAR_BIT;
	for (i = 0; i < ROUNDS; i++) {
		CHECK_EQ(fsem_wait_any(both, 2, NULL, 0), 1);
		CHECK_EQ(fsem_post(&m->pong), 0);
	}
	count_guarded(m);
	CHECK_EQ(fsem_wait(&m->end), -ESHUTDOWN);
}

static bool other_program(char *path, size_t len)
{
	const char *mine = sizeof(void *) == 8 ? "/asan/" : "/m32/";
	const char *other = sizeof(void *) == 8 ? "/m32/" : "/asan/";
	char self[PATH_MAX] = "", *at;

	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return false;
	at = strstr(self, mine);
	if (!at)
		return false;
	snprintf(path, len, "%.*s%s%s", (int)(at - self), self, other,
		 at + strlen(mine));
	return !access(path, X_OK);
}

/* Its status is what counts: its lines are not of this program's TAP. */
static void run_other(void *path)
{
	dup2(open("/dev/null", O_WRONLY), 1);
	execl(path, path, "programs_of_32", NULL);
	abort();
}

static void meet(struct meeting *m, pid_t pid)
{
	int i;

	for (i = 0; i < ROUNDS; i++) {
		CHECK_EQ(fsem_post(&m->ping), 0);
		CHECK_EQ(fsem_wait(&m->pong), 0);
	}
	count_guarded(m);
	UNTIL(sem_waiters(&m->end) == 1);
	CHECK_EQ(fsem_close(&m->end), 0);
	join_child(pid);
	CHECK_EQ(m->guarded, 2 * ROUNDS);
	CHECK_EQ(m->bits, 96 - sizeof(void *) * CHAR_BIT);
	CHECK_EQ(sem_value(&m->ping) + sem_value(&m->pong), 0);
	CHECK_EQ(sem_value(&m->any), 1);
}

TEST(programs_of_32_and_64_bits_share_a_semaphore)
{
	const char *given = getenv("TEST_SEM_MEETING");
	char path[2 * PATH_MAX], number[16];
	struct meeting *m;
	int fd;

	if (given) {
		answer(atoi(given));
		return;
	}
	if (!other_program(path, sizeof(path)))
		SKIP("this test is not built for the other word size");
	fd = memfd_create("meeting", 0);
	REQUIRE(fd >= 0 && !ftruncate(fd, sizeof(*m)));
	m = map_meeting(fd);
	CHECK_EQ(fsem_init(&m->ping, 0, true), 0);
	CHECK_EQ(fsem_init(&m->pong, 0, true), 0);
	CHECK_EQ(fsem_init(&m->any, 1, true), 0);
	CHECK_EQ(fsem_init(&m->end, 0, true), 0);
	snprintf(number, sizeof(number), "%d", fd);
	setenv("TEST_SEM_MEETING", number, 1);
	meet(m, start_child(run_other, path));
	unsetenv("TEST_SEM_MEETING");
	munmap(m, sizeof(*m));
	close(fd);
}
