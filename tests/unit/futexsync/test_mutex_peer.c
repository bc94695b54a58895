// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: a 32-bit and a 64-bit process on the same locks */

/*
 * Each build runs the other one of itself as its peer, with the memory as file
 * PEER_FD. They take turns by a condition variable, and end as owners.
 */

#include <futexsync/cond.h>

#include "mutex_help.h"

#define PEER_FD 99
#define TURNS	2000
#define ROUNDS	20000

#if __SIZEOF_POINTER__ == 8
#define OTHER "m32"
#else
#define OTHER "asan"
#endif

struct both {
	struct fmutex plain;
	struct fcond turned;
	int turn; /* @plain */
	int count; /* @plain */
	struct fmutex robust[2];
	int left[2]; /* @robust[i] */
};

static struct both *map_both(int fd)
{
	void *mem = mmap(NULL, sizeof(struct both), PROT_READ | PROT_WRITE,
			 MAP_SHARED, fd, 0);

	if (mem == MAP_FAILED)
		abort();
	return mem;
}

static void take_turns(struct both *b, int mine)
{
	int i;

	for (i = 0; i < TURNS; i++) {
		CHECK_EQ(lock_or_fail(&b->plain), 0);
		while (b->turn % 2 != mine)
			CHECK_EQ(fcond_wait(&b->turned, &b->plain), 0);
		b->turn++;
		if (i % 2)
			CHECK_EQ(fcond_signal(&b->turned), 0);
		else
			CHECK_EQ(fcond_broadcast(&b->turned), 0);
		CHECK_EQ(fmutex_unlock(&b->plain), 0);
	}
	for (i = 0; i < ROUNDS; i++) {
		CHECK_EQ(fmutex_lock(&b->plain), 0);
		b->count++;
		CHECK_EQ(fmutex_unlock(&b->plain), 0);
	}
}

/* Own both, while others have links of theirs in the lists; then end. */
static void end_as_owner(struct both *b)
{
	int i;

	for (i = 0; i < 2; i++) {
		CHECK_EQ(lock_or_fail(&b->robust[i]), 0);
		b->left[i]++;
	}
}

static void check_death(struct both *b, int deaths)
{
	int i;

	for (i = 0; i < 2; i++) {
		CHECK_EQ(lock_or_fail(&b->robust[i]), -EOWNERDEAD);
		CHECK_EQ(b->left[i], deaths);
		CHECK_EQ(fmutex_consistent(&b->robust[i]), 0);
	}
	for (i = 0; i < 2; i++)
		CHECK_EQ(fmutex_unlock(&b->robust[i]), 0);
}

static void own_and_end(void *arg)
{
	end_as_owner(arg);
}

/* The other program: instead of its tests. */
__attribute__((constructor)) static void be_the_peer(void)
{
	struct both *b;

	if (!getenv("MUTEX_PEER"))
		return;
	b = map_both(PEER_FD);
	take_turns(b, 1);
	check_death(b, 1);
	end_as_owner(b);
	_exit(child_status());
}

/* This program in the other build; false: there is none. */
static bool peer_path(char *path, size_t len)
{
	char self[512] = "", *variant;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n < 0)
		return false;
	variant = strstr(self, __SIZEOF_POINTER__ == 8 ? "/asan/" : "/m32/");
	if (!variant)
		return false;
	*variant = '\0';
	snprintf(path, len, "%s/%s/%s", self, OTHER,
		 strchr(variant + 1, '/') + 1);
	return !access(path, X_OK);
}

static void become_peer(void *arg)
{
	setenv("MUTEX_PEER", "1", 1);
	execl(arg, arg, NULL);
	abort();
}

static struct both *new_both(void)
{
	int fd = memfd_create("both", 0);
	struct both *b;

	if (fd < 0 || ftruncate(fd, sizeof(*b)) || dup2(fd, PEER_FD) < 0)
		abort();
	close(fd);
	b = map_both(PEER_FD);
	CHECK_EQ(fmutex_init(&b->plain, FMUTEX_SHARED), 0);
	CHECK_EQ(fcond_init(&b->turned, FCOND_SHARED), 0);
	CHECK_EQ(fmutex_init(&b->robust[0], FMUTEX_ROBUST | FMUTEX_SHARED), 0);
	CHECK_EQ(fmutex_init(&b->robust[1],
			     FMUTEX_ROBUST | FMUTEX_PI | FMUTEX_SHARED),
		 0);
	return b;
}

TEST(processes_of_32_and_64_bits_share_locks)
{
	char path[1024];
	struct both *b;
	pid_t pid;

	if (!peer_path(path, sizeof(path)))
		SKIP("the other build of this test is not there");
	b = new_both();
	/* The first to own them dies with them, and leaves its links. */
	join_child(start_child(own_and_end, b));
	pid = start_child(become_peer, path);
	take_turns(b, 0);
	join_child(pid);
	CHECK_EQ(b->turn, 2 * TURNS);
	CHECK_EQ(b->count, 2 * ROUNDS);
	check_death(b, 2);
	CHECK_EQ(fcond_destroy(&b->turned), 0);
	munmap(b, sizeof(*b));
	close(PEER_FD);
}
