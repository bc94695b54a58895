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

/* A task that sleeps may stay on its run queue for a while since 6.12. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#define fxw_lingers(t) ((t)->se.sched_delayed)
#else
#define fxw_lingers(t) ((void)(t), false)
#endif /* < 6.12 */

/* Who submitted a request of io_uring; its io_uring_task tells since 6.13. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define fxw_io_task(req) ((req)->tctx->task)
#else
#define fxw_io_task(req) ((req)->task)
#endif /* < 6.13 */

/* FUTEX_PRIVATE_HASH: a hash table per process beside the global one. */
#ifdef CONFIG_FUTEX_PRIVATE_HASH
#define FXW_BUCKET_MODEL FUTEXWATCH_MODEL_PRIVATE
#else
#define FXW_BUCKET_MODEL FUTEXWATCH_MODEL_GLOBAL
#endif

#endif /* FXW_COMPAT_H */
