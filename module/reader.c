// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the reader's side of the rings: mmap, poll, read. */

#include <linux/poll.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "compat.h"
#include "reader.h"
#include "session.h"

static bool ring_ready(struct fxw_session *s, struct fxw_ring *ring, bool any)
{
	u64 tail, nr = fxw_ring_readable(ring, &tail);

	if (!nr)
		return false;
	return any || nr >= ring->watermark ||
	       READ_ONCE(ring->tick_head) > tail || !fxw_session_running(s);
}

static bool records_ready(struct fxw_session *s, bool any)
{
	unsigned int cpu;

	if (!s->data)
		return false;
	for_each_possible_cpu(cpu)
		if (ring_ready(s, &per_cpu_ptr(s->cpus, cpu)->ring, any))
			return true;
	return false;
}

static bool stacks_ready(struct fxw_session *s, bool any)
{
	unsigned int cpu;

	for (cpu = 0; s->stacks && cpu < nr_cpu_ids; cpu++)
		if (ring_ready(s, &s->stacks[cpu].ring, any))
			return true;
	return false;
}

bool fxw_reader_ready(struct fxw_session *s, bool any)
{
	return records_ready(s, any) || stacks_ready(s, any);
}

bool fxw_reader_corrupt(struct fxw_session *s)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		if (READ_ONCE(per_cpu_ptr(s->cpus, cpu)->ring.corrupt) ||
		    (s->stacks && READ_ONCE(s->stacks[cpu].ring.corrupt)))
			return true;
	return false;
}

static bool has(struct fxw_session *s, u32 flags)
{
	/* Set under the mutex by CONFIG, once; seen by later calls. */
	return smp_load_acquire(&s->flags) & flags;
}

static bool has_ring(struct fxw_session *s)
{
	return has(s, FUTEXWATCH_CFG_RING);
}

static bool has_any_ring(struct fxw_session *s)
{
	return has(s, FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_STACKS);
}

__poll_t fxw_reader_poll(struct file *file, struct poll_table_struct *wait)
{
	struct fxw_session *s = file->private_data;
	__poll_t mask = 0;

	poll_wait(file, &s->readers, wait);
	if (!has_any_ring(s))
		return 0;
	if (fxw_reader_ready(s, false))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (fxw_reader_corrupt(s))
		mask |= EPOLLERR;
	return mask;
}

/* One slot at a time, for a ring's slots are not contiguous at its end. */
static ssize_t read_ring(struct fxw_ring *ring, char __user *buf, size_t room)
{
	const size_t size = sizeof(union futexwatch_record);
	u64 tail, nr = fxw_ring_readable(ring, &tail);
	size_t done = 0;

	for (; nr && done + size <= room; nr--, done += size, tail++)
		if (copy_to_user(buf + done, &ring->slots[tail & ring->mask],
				 size))
			return -EFAULT;
	smp_store_release(&ring->page->tail, tail); /* (B) */
	return done;
}

static ssize_t read_rings(struct fxw_session *s, char __user *buf, size_t room)
{
	unsigned int cpu;
	size_t done = 0;
	ssize_t ret;

	for_each_possible_cpu(cpu) {
		ret = read_ring(&per_cpu_ptr(s->cpus, cpu)->ring, buf + done,
				room - done);
		if (ret < 0)
			return done ? done : ret;
		done += ret;
	}
	return done;
}

static ssize_t try_read(struct fxw_session *s, char __user *buf, size_t room)
{
	ssize_t ret;

	mutex_lock(&s->mutex);
	if (fxw_reader_corrupt(s))
		ret = -EIO;
	else if (s->flags & FUTEXWATCH_CFG_OVERWRITE && fxw_session_running(s))
		ret = -EBUSY; /* the oldest go while one looks */
	else
		ret = read_rings(s, buf, room);
	mutex_unlock(&s->mutex);
	return ret;
}

ssize_t fxw_reader_read(struct file *file, char __user *buf, size_t len,
			loff_t *pos)
{
	struct fxw_session *s = file->private_data;
	ssize_t ret;

	if (!has_ring(s))
		return -EBADFD;
	if (len < sizeof(union futexwatch_record))
		return -EINVAL;
	for (;;) {
		ret = try_read(s, buf, len);
		if (ret)
			return ret;
		if (!fxw_session_running(s))
			return 0;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		ret = wait_event_interruptible(s->readers,
					       records_ready(s, false) ||
						       fxw_reader_corrupt(s) ||
						       !fxw_session_running(s));
		if (ret)
			return ret;
	}
}

/* Which area a mapping is of: bit for @mapped, 0 for none. */
static unsigned int area_of(struct fxw_session *s, struct vm_area_struct *vma,
			    void **area)
{
	size_t size = vma->vm_end - vma->vm_start;
	u64 offset = (u64)vma->vm_pgoff << PAGE_SHIFT;

	if (offset == 0 && size == s->ctl_size) {
		*area = s->ctl;
		return BIT(0);
	}
	if (offset == s->ctl_size && size == s->data_size) {
		*area = s->data;
		return BIT(1);
	}
	if (s->stack_size && offset == s->ctl_size + s->data_size &&
	    size == s->stack_size) {
		*area = s->stack_data;
		return BIT(2);
	}
	return 0;
}

static int map_area(struct fxw_session *s, struct vm_area_struct *vma)
{
	unsigned int bit;
	void *area;
	int ret;

	if (!has_any_ring(s))
		return -EBADFD;
	if (!(vma->vm_flags & VM_SHARED) && vma->vm_flags & VM_MAYWRITE &&
	    !(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL;
	bit = area_of(s, vma, &area);
	if (!bit)
		return -EINVAL;
	if (bit != BIT(0)) {
		if (vma->vm_flags & VM_WRITE)
			return -EACCES;
		fxw_vm_clear(vma, VM_MAYWRITE);
	}
	if (s->mapped & bit)
		return -EBUSY;
	fxw_vm_set(vma, VM_DONTCOPY);
	ret = remap_vmalloc_range(vma, area, 0);
	if (!ret)
		s->mapped |= bit;
	return ret;
}

int fxw_reader_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct fxw_session *s = file->private_data;
	int ret;

	/* The mmap lock is held; nothing under the mutex takes it but CONFIG. */
	if (!mutex_trylock(&s->mutex))
		return -EBUSY;
	ret = map_area(s, vma);
	mutex_unlock(&s->mutex);
	return ret;
}
