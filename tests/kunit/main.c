// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - KUnit tests: the module that holds the suites */

#include <linux/module.h>

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of futexwatch");
