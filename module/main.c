// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - module init and exit, and the device file. */

#include <linux/capability.h>
#include <linux/compat.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

#include "buckets.h"
#include "hooks.h"
#include "ioctl.h"
#include "listener.h"
#include "light_hook.h"
#include "queue_hook.h"
#include "reader.h"
#include "session.h"
#include "waiters.h"

module_param_named(max_mb, fxw_max_mb, uint, 0644);
MODULE_PARM_DESC(max_mb, "Most memory of all sessions together, MiB (256)");
module_param_named(waiters, fxw_waiters_param, uint, 0644);
MODULE_PARM_DESC(waiters, "Waiting tasks followed at once (32768)");
module_param_named(queue_hook, fxw_queue_hook_how, uint, 0644);
MODULE_PARM_DESC(queue_hook,
		 "Wait queue hooks: 0 ftrace or kprobes, 1 kprobes, 2 none (0)");

static int device_open(struct inode *inode, struct file *file)
{
	struct fxw_session *s;

	if (!perfmon_capable())
		return -EPERM;
	s = fxw_session_create();
	if (!s)
		return -ENOMEM;
	file->private_data = s;
	atomic_inc(&fxw_ioctl_files);
	return nonseekable_open(inode, file);
}

static int device_release(struct inode *inode, struct file *file)
{
	fxw_session_destroy(file->private_data);
	atomic_dec(&fxw_ioctl_files);
	return 0;
}

static const struct file_operations device_fops = {
	.owner = THIS_MODULE,
	.open = device_open,
	.release = device_release,
	.unlocked_ioctl = fxw_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.read = fxw_reader_read,
	.poll = fxw_reader_poll,
	.mmap = fxw_reader_mmap,
};

/* The capability decides, not the mode: CAP_PERFMON needs no root. */
static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "futexwatch",
	.fops = &device_fops,
	.mode = 0666,
};

static int __init futexwatch_init(void)
{
	int ret = fxw_hooks_find();

	if (ret)
		return ret;
	ret = fxw_buckets_init();
	if (ret)
		return ret;
	ret = misc_register(&device);
	if (ret) {
		fxw_light_hook_exit();
		fxw_queue_hook_exit();
		fxw_buckets_exit();
		return ret;
	}
	fxw_listener_init();
	return 0;
}

/*
 * No session can be open here, and nobody listens: each holds a reference on
 * the module.
 */
static void __exit futexwatch_exit(void)
{
	fxw_listener_exit();
	misc_deregister(&device);
	fxw_light_hook_exit();
	fxw_queue_hook_exit();
	fxw_buckets_exit();
}

module_init(futexwatch_init);
module_exit(futexwatch_exit);

MODULE_DESCRIPTION("Per-lock futex wait and wake events, from tracepoints");
MODULE_AUTHOR("The futexwatch authors");
MODULE_VERSION(FXW_VERSION);
MODULE_LICENSE("GPL");
