// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - module init and exit. */

#include <linux/module.h>

static int __init futexwatch_init(void)
{
	return 0;
}

static void __exit futexwatch_exit(void)
{
}

module_init(futexwatch_init);
module_exit(futexwatch_exit);

MODULE_DESCRIPTION("Per-lock futex wait and wake events");
MODULE_LICENSE("GPL");
