// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - a thread's list of robust futexes, shared with glibc */

#include <stddef.h>

#include "robust_list.h"

/* As it lies in memory: objects have it as integers, glibc in structures. */
typedef uintptr_t link_t __attribute__((may_alias));

#define PI ((link_t)1)

/* glibc's links of other compilations and the kernel must see each store. */
static void set(link_t *where, link_t to)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	*(volatile link_t *)where = to;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static link_t get(const link_t *where)
{
	return *(const volatile link_t *)where;
}

static link_t *untag(link_t to)
{
	return (link_t *)(to & ~PI);
}

static link_t *first(struct robust_list_head *head)
{
	return (link_t *)&head->list.next;
}

static link_t *pending(struct robust_list_head *head)
{
	return (link_t *)&head->list_op_pending;
}

void futexsync_list_end(struct robust_list_head *head)
{
	set(pending(head), 0);
}

#if __SIZEOF_POINTER__ == 8

static link_t *entry_of(struct fmutex *m)
{
	return (link_t *)&m->next;
}

static link_t *prev_of(link_t *entry)
{
	return entry - 1;
}

void futexsync_list_remove(struct robust_list_head *head, struct fmutex *m)
{
	link_t *entry = entry_of(m);

	(void)head;
	set(prev_of(untag(*entry)), *prev_of(entry));
	set(untag(*prev_of(entry)), *entry);
}

#else

static link_t *entry_of(struct fmutex *m)
{
	return (link_t *)&m->next32;
}

void futexsync_list_remove(struct robust_list_head *head, struct fmutex *m)
{
	link_t *at = first(head);

	while (untag(get(at)) != entry_of(m))
		at = untag(get(at));
	set(at, *entry_of(m));
}

#endif

static link_t tagged(struct fmutex *m)
{
	return (link_t)entry_of(m) | (m->flags & FMUTEX_PI ? PI : 0);
}

void futexsync_list_begin(struct robust_list_head *head, struct fmutex *m)
{
	set(pending(head), tagged(m));
}

/* The head comes last: what it leads to is a whole list at each moment. */
void futexsync_list_add(struct robust_list_head *head, struct fmutex *m)
{
	link_t *entry = entry_of(m);
	link_t next = get(first(head));

	set(entry, next);
#if __SIZEOF_POINTER__ == 8
	set(prev_of(entry), (link_t)first(head));
	set(prev_of(untag(next)), (link_t)entry);
#endif
	set(first(head), tagged(m));
}
