/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - what differs between the kernels, and nothing else
 *
 * The only file with version checks. Each shim carries the newest kernel's
 * meaning and can be deleted as a block when its last kernel goes.
 */
#ifndef FXW_COMPAT_H
#define FXW_COMPAT_H

#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error futexwatch needs Linux 6.1 or newer
#endif

#ifndef CONFIG_X86_64
#error futexwatch reads system call registers of x86-64 only
#endif

/*
 * Distribution kernels zero every local variable. In a probe that is most of
 * the work, so what is filled in whole says so.
 */
#if __has_attribute(uninitialized)
#define fxw_filled __attribute__((uninitialized))
#else
#define fxw_filled
#endif

/* sched_process_exit tells since 7.3 (at the latest) whether it is the last. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#define FXW_PROBE_TASK_EXIT(name, data, p) name(data, p, bool group_dead)
#else
#define FXW_PROBE_TASK_EXIT(name, data, p) name(data, p)
#endif /* < 6.16 */

/* vm_flags are written through helpers since 6.3. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#define fxw_vm_clear(vma, flags) vm_flags_clear(vma, flags)
#define fxw_vm_set(vma, flags)	 vm_flags_set(vma, flags)
#else
#define fxw_vm_clear(vma, flags) ((vma)->vm_flags &= ~(flags))
#define fxw_vm_set(vma, flags)	 ((vma)->vm_flags |= (flags))
#endif /* < 6.3 */

/* The arguments of a traced function are to be had by name since 6.2. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define fxw_ftrace_argument(fregs, n) ftrace_regs_get_argument(fregs, n)
#else
#define fxw_ftrace_argument(fregs, n) \
	regs_get_kernel_argument(&(fregs)->regs, n)
#endif /* < 6.2 */

/* One page of another address space; nobody wants its vma since 6.5. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#define fxw_page_of(mm, at, flags, page) \
	get_user_pages_remote(mm, at, 1, flags, page, NULL)
#else
#define fxw_page_of(mm, at, flags, page) \
	get_user_pages_remote(mm, at, 1, flags, page, NULL, NULL)
#endif /* < 6.5 */

/* A task that sleeps may stay on its run queue for a while since 6.12. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#define fxw_lingers(t) ((t)->se.sched_delayed)
#else
#define fxw_lingers(t) ((void)(t), false)
#endif /* < 6.12 */

/* Has @t ever had to do with io_uring? */
#ifdef CONFIG_IO_URING
#define fxw_io_uses(t) ((t)->io_uring)
#else
#define fxw_io_uses(t) ((void)(t), false)
#endif

/* Who submitted a request of io_uring; its io_uring_task tells since 6.13. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define fxw_io_task(req) ((req)->tctx->task)
#else
#define fxw_io_task(req) ((req)->task)
#endif /* < 6.13 */

/* Since 6.16 a futex has a NUMA node, and each node a table of buckets. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#define fxw_hash_nodes()	  num_possible_nodes()
#define fxw_hash_node_ids()	  nr_node_ids
#define fxw_hash_node_valid(node) node_possible(node)
#define fxw_key_node(last_word)	  ((u32)((last_word) >> 32))
#define fxw_hash_least(nr_usual)  max(4U, nr_usual)
#else
#define fxw_hash_nodes()	  1
#define fxw_hash_node_ids()	  1
#define fxw_hash_node_valid(node) ((void)(node), false)
#define fxw_key_node(last_word)	  ((void)(last_word), ~0U)
#define fxw_hash_least(nr_usual)  (nr_usual)
#endif /* < 6.16 */

/*
 * FUTEX_PRIVATE_HASH: a hash table per process beside the global one, since
 * 6.16. It is a structure of futex/core.c, whose mask stands behind an int in
 * all kernels. 7.3 has what an mm has of futexes in one place (Kbuild looks).
 */
#ifdef CONFIG_FUTEX_PRIVATE_HASH
#define FXW_BUCKET_MODEL FUTEXWATCH_MODEL_PRIVATE
#ifdef FXW_HAVE_FUTEX_MM_DATA
#define fxw_private_hash(mm) \
	((const void *)rcu_dereference_raw((mm)->futex.phash.hash))
#else
#define fxw_private_hash(mm) \
	((const void *)rcu_dereference_raw((mm)->futex_phash))
#endif
#define fxw_private_mask(hash) READ_ONCE(((const u32 *)(hash))[1])
#else
#define FXW_BUCKET_MODEL       FUTEXWATCH_MODEL_GLOBAL
#define fxw_private_hash(mm)   ((void)(mm), (const void *)NULL)
#define fxw_private_mask(hash) ((void)(hash), 0U)
#endif /* !CONFIG_FUTEX_PRIVATE_HASH */

/*
 * By what the kernel hashes a word in memory of one process, used without
 * FUTEX_PRIVATE_FLAG: a number that the mm gets when it is first needed; and
 * its address in kernels that were not mended.
 */
#ifdef FXW_HAVE_FUTEX_MM_DATA
#define fxw_mm_number(mm) ((u64)atomic64_read(&(mm)->futex.unique_id))
#elif defined(FXW_HAVE_FUTEX_UNIQUE_ID)
#define fxw_mm_number(mm) ((u64)atomic64_read(&(mm)->futex_unique_id))
#else
#define fxw_mm_number(mm) ((u64)(unsigned long)(mm))
#endif

#endif /* FXW_COMPAT_H */
