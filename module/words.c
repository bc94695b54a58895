// SPDX-License-Identifier: GPL-2.0-only
/*
 * futexwatch - the buckets of futex words that nobody waits on
 *
 * The key that the kernel would make of an address, without touching the page:
 * nothing is faulted in, and no inode is given a number by being looked at.
 */

#include <linux/file.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/uaccess.h>

#include "buckets.h"
#include "compat.h"
#include "place.h"

#define WORD_LEAST 40
#define WORDS_MOST 65536

static struct mm_struct *mm_of(u32 pid)
{
	struct task_struct *t;
	struct mm_struct *mm;

	rcu_read_lock();
	t = pid > PID_MAX_LIMIT ? NULL : pid_task(find_vpid(pid), PIDTYPE_PID);
	if (t)
		get_task_struct(t);
	rcu_read_unlock();
	if (!t)
		return NULL;
	mm = get_task_mm(t);
	put_task_struct(t);
	return mm;
}

/* A page of a file (or of shared memory, which is one): its place in there. */
static int file_key(struct fxw_key *key, const struct vm_area_struct *vma,
		    u64 address)
{
	if (!vma->vm_file || vma->vm_flags & (VM_IO | VM_PFNMAP))
		return -EFAULT;
	key->ptr = atomic64_read(&vma->vm_file->f_mapping->host->i_sequence);
	key->word = vma->vm_pgoff + ((address - vma->vm_start) >> PAGE_SHIFT);
	key->offset |= FXW_KEY_INODE;
	return key->ptr ? 0 : -ENODATA;
}

/* The kernel writes to the page, which makes it the mm's own. */
static int mm_key(struct fxw_key *key, const struct vm_area_struct *vma,
		  struct mm_struct *mm)
{
	if (!(vma->vm_flags & VM_WRITE) || vma->vm_flags & (VM_IO | VM_PFNMAP))
		return -EFAULT;
	key->ptr = fxw_mm_number(mm);
	key->offset |= FXW_KEY_MMSHARED;
	return key->ptr ? 0 : -ENODATA;
}

static int shared_key(struct fxw_key *key, struct mm_struct *mm, u64 address)
{
	const struct vm_area_struct *vma;
	int status;

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	vma = find_vma(mm, address);
	if (!vma || vma->vm_start > address)
		status = -EFAULT;
	else if (vma->vm_flags & VM_MAYSHARE)
		status = file_key(key, vma, address);
	else
		status = mm_key(key, vma, mm);
	mmap_read_unlock(mm);
	return status;
}

static int check_word(const struct futexwatch_word *w)
{
	const u32 known = FUTEXWATCH_F_PRIVATE | FUTEXWATCH_WORD_NODE;

	if (w->address % 4 || w->address >= TASK_SIZE_MAX || w->flags & ~known)
		return -EINVAL;
	if (!(w->flags & FUTEXWATCH_WORD_NODE))
		return w->node ? -EINVAL : 0;
	return w->node < fxw_hash_node_ids() && fxw_hash_node_valid(w->node)
		       ? 0
		       : -EINVAL;
}

static int key_of(struct fxw_key *key, const struct futexwatch_word *w,
		  struct mm_struct *mm)
{
	key->ptr = (unsigned long)mm;
	key->word = w->address & PAGE_MASK;
	key->offset = w->address & ~PAGE_MASK;
	key->node = w->flags & FUTEXWATCH_WORD_NODE ? w->node : FXW_NO_NODE;
	if (w->flags & FUTEXWATCH_F_PRIVATE)
		return 0;
	return shared_key(key, mm, w->address);
}

/* RCU read side, for a private table may be replaced meanwhile. */
static int find_bucket(struct futexwatch_word *w, const struct fxw_key *key,
		       const struct mm_struct *mm)
{
	const struct fxw_hb *hb;
	struct fxw_home home;
	u64 base;

	if (!fxw_place_home(&home, key, mm))
		return -EINVAL;
	base = fxw_trust_base(&fxw_tables.trust[home.table]);
	if (!base)
		return -EAGAIN;
	hb = (const void *)(home.at + base +
			    (u64)home.index * sizeof(struct fxw_hb));
	w->table = home.table;
	w->table_order = home.order;
	w->bucket = home.index;
	w->waiters = atomic_read(&hb->waiters);
	return 0;
}

static int solve(struct futexwatch_word *w, struct mm_struct *mm)
{
	struct fxw_key key;
	int status;

	status = check_word(w);
	if (status)
		return status;
	if (!mm)
		return -ESRCH;
	rcu_read_lock();
	w->slots = fxw_place_slots(mm);
	rcu_read_unlock();
	status = key_of(&key, w, mm);
	if (status)
		return status;
	rcu_read_lock();
	status = find_bucket(w, &key, mm);
	rcu_read_unlock();
	return status;
}

static void answer(struct futexwatch_word *w)
{
	struct mm_struct *mm = mm_of(w->pid);

	w->bucket = FUTEXWATCH_BUCKET_UNKNOWN;
	w->table = FUTEXWATCH_TABLE_UNKNOWN;
	w->table_order = 0;
	w->pad = 0;
	w->slots = 0;
	w->waiters = 0;
	w->status = -solve(w, mm);
	if (mm)
		mmput(mm);
}

int fxw_buckets_words(struct futexwatch_words *words)
{
	u32 i, item = words->item_size;
	struct futexwatch_word w;
	int ret;

	if (item < WORD_LEAST || item > PAGE_SIZE || words->pad)
		return -EINVAL;
	if (words->count > WORDS_MOST)
		return -E2BIG;
	for (i = 0; i < words->count; i++) {
		void __user *at = u64_to_user_ptr(words->words + (u64)i * item);

		ret = copy_struct_from_user(&w, sizeof(w), at, item);
		if (ret)
			return ret;
		answer(&w);
		if (copy_to_user(at, &w, min_t(size_t, item, sizeof(w))))
			return -EFAULT;
		cond_resched();
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	return 0;
}
