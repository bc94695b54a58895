// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - the calling thread: its id and its list of robust futexes */

/*
 * Both are asked from the kernel once per thread and then remembered, because
 * a robust mutex needs them on its fast path. A forked child has a copy of
 * that memory, with its parent's thread id in it. It is told apart by a page
 * that the kernel clears in the child (MADV_WIPEONFORK, Linux 4.14), whatever
 * call has forked: the page holds the number of a generation, 0 in a new
 * child, and what was remembered in another generation is asked again. The
 * numbers are given out by a counter that is copied, so a child's is greater
 * than all that stand in the memory it has inherited.
 *
 * Without that page, which only a very old kernel refuses, nothing is
 * remembered.
 */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <futexsync/mutex.h>

#include "self.h"

#define PAGE 4096

/* Where the entry of a mutex is, counted from its futex word. */
#if __SIZEOF_POINTER__ == 8
#define LINK offsetof(struct fmutex, next)
#else
#define LINK offsetof(struct fmutex, next32)
#endif

/*
 * A list of our own. What stands before the head takes the place of `prev` in
 * front of an entry's `next`, as that of the C library does.
 */
struct own_list {
	void *prev;
	struct robust_list_head head;
};

static __thread struct futexsync_self self_now
	__attribute__((tls_model("initial-exec")));
static __thread struct own_list own __attribute__((tls_model("initial-exec")));

static uint32_t *fork_page; /* set once, by an atomic step */
static uint32_t fork_last; /* the last generation given out, atomic */

static uint32_t *make_fork_page(void)
{
	uint32_t *page, *others = NULL;
	int saved = errno;

	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page != MAP_FAILED && madvise(page, PAGE, MADV_WIPEONFORK)) {
		munmap(page, PAGE);
		page = MAP_FAILED;
	}
	errno = saved;
	if (page == MAP_FAILED)
		return NULL;
	if (__atomic_compare_exchange_n(&fork_page, &others, page, false,
					__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return page;
	munmap(page, PAGE);
	return others;
}

/* The generation that this process is in; 0: not known. */
static uint32_t forks_now(void)
{
	uint32_t *page = __atomic_load_n(&fork_page, __ATOMIC_ACQUIRE);
	uint32_t now, none = 0;

	if (!page)
		page = make_fork_page();
	if (!page)
		return 0;
	now = __atomic_load_n(page, __ATOMIC_RELAXED);
	if (now)
		return now;
	now = __atomic_add_fetch(&fork_last, 1, __ATOMIC_RELAXED);
	if (__atomic_compare_exchange_n(page, &none, now, false,
					__ATOMIC_RELAXED, __ATOMIC_RELAXED))
		return now;
	return none;
}

struct futexsync_self *futexsync_self(void)
{
	struct futexsync_self *self = &self_now;
	uint32_t forks = forks_now();

	if (!forks || self->forks != forks) {
		*self = (struct futexsync_self){
			.tid = (uint32_t)futexsync_syscall(SYS_gettid, 0, 0, 0,
							   0, 0, 0),
			.forks = forks,
		};
	}
	return self;
}

static int register_own(struct robust_list_head **head)
{
	own.head.list.next = &own.head.list;
	own.head.futex_offset = -(long)LINK;
	own.head.list_op_pending = NULL;
	*head = &own.head;
	return (int)futexsync_syscall(SYS_set_robust_list, (long)*head,
				      sizeof(**head), 0, 0, 0, 0);
}

int futexsync_self_robust(struct futexsync_self **out)
{
	struct futexsync_self *self = futexsync_self();
	struct robust_list_head *head = NULL;
	size_t len = 0;
	int err = 0;

	*out = self;
	if (self->robust)
		return 0;
	err = (int)futexsync_syscall(SYS_get_robust_list, 0, (long)&head,
				     (long)&len, 0, 0, 0);
	if (!err && !head)
		err = register_own(&head);
	if (err)
		return err;
	if (head->futex_offset != -(long)LINK)
		return -ENOTSUP;
	self->robust = head;
	return 0;
}
