/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - unit tests: a process that makes one call, to be killed in it */
#ifndef TESTS_BUFFER_VICTIM_H
#define TESTS_BUFFER_VICTIM_H

#include "buffer_twin.h"
#include <futexsync/mutex.h>

#include "step_path.h"

#define CAPACITY   5
#define SCENE_SIZE 4096
#define VICTIM_N   2

/* Large enough to be copied in several steps, and all of it tells the number. */
struct elem {
	uint32_t part[24];
};

enum victim_call {
	VICTIM_NOTHING,
	VICTIM_PUT,
	VICTIM_GET,
	VICTIM_PUT_N,
	VICTIM_GET_N,
	VICTIM_CLOSE,
};

struct scene {
	struct bb *bb;
	int fd;
};

static inline struct elem make_elem(uint32_t number)
{
	struct elem e;
	uint32_t i;

	for (i = 0; i < 24; i++)
		e.part[i] = number * 1000 + i;
	return e;
}

static inline uint32_t elem_number(const struct elem *e)
{
	struct elem whole = make_elem(e->part[0] / 1000);

	CHECK(!memcmp(e, &whole, sizeof(whole)));
	return e->part[0] / 1000;
}

static inline struct bb *map_scene(int fd)
{
	void *mem = mmap(NULL, SCENE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			 fd, 0);

	return mem == MAP_FAILED ? NULL : mem;
}

/*
 * All that is done once per thread or program: symbols are bound, the mutex
 * learns the thread's id. What is left is what each call does.
 */
static inline void victim_warm_up(void)
{
	struct bb *bb = map_shared(SCENE_SIZE);
	struct elem e = make_elem(0);

	CHECK_EQ(bb_init_with(bb, SCENE_SIZE, 1, sizeof(e),
			      BB_SHARED | BB_ROBUST),
		 0);
	CHECK_EQ(bb_put(bb, &e), 0);
	CHECK_EQ(bb_get(bb, &e), 0);
	CHECK_EQ(bb_put_n(bb, &e, 1), 1);
	CHECK_EQ(bb_get_n(bb, &e, 1), 1);
	CHECK_EQ(bb_close(bb), 0);
}

/* What the call returns does not matter: nobody will hear of it. */
static inline void victim_call(struct bb *bb, enum victim_call call,
			       uint32_t first)
{
	struct elem e[VICTIM_N] = { make_elem(first), make_elem(first + 1) };

	victim_warm_up();
	step_here();
	switch (call) {
	case VICTIM_PUT:
		bb_put(bb, e);
		break;
	case VICTIM_GET:
		bb_get(bb, e);
		break;
	case VICTIM_PUT_N:
		bb_put_n(bb, e, VICTIM_N);
		break;
	case VICTIM_GET_N:
		bb_get_n(bb, e, VICTIM_N);
		break;
	case VICTIM_CLOSE:
		bb_close(bb);
		break;
	case VICTIM_NOTHING:
		break;
	}
	step_end();
}

static void twin_main(const struct twin *t)
{
	struct bb *bb;

	if (!t->arg[0])
		return;
	bb = map_scene(t->fd);
	REQUIRE(bb && CHECK_EQ(bb_attach(bb, SCENE_SIZE), 0));
	victim_call(bb, (enum victim_call)t->arg[0], t->arg[1]);
}

/* Start one and let it come to its call. */
static inline pid_t start_victim(const struct scene *s, enum victim_call call,
				 uint32_t first, bool twin)
{
	const struct twin t = { .fd = s->fd, .arg = { call, first } };
	pid_t pid = fork();
	int status = 0;

	if (pid < 0)
		abort();
	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		if (twin)
			twin_exec(&t);
		victim_call(s->bb, call, first);
		_exit(child_status());
	}
	CHECK_EQ(waitpid(pid, &status, __WALL), pid);
	ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)PTRACE_O_EXITKILL);
	while (WIFSTOPPED(status) && WSTOPSIG(status) != SIGSTOP) {
		ptrace(PTRACE_CONT, pid, NULL, NULL); /* past execve() */
		CHECK_EQ(waitpid(pid, &status, __WALL), pid);
	}
	CHECK(WIFSTOPPED(status));
	return pid;
}

#endif /* TESTS_BUFFER_VICTIM_H */
