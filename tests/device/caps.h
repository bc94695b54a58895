/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - device tests: to become somebody with few capabilities */
#ifndef TESTS_CAPS_H
#define TESTS_CAPS_H

#include <errno.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

#define NOBODY 65534

/*
 * Turns this process, for good, into nobody's, with the capabilities in @caps
 * (a mask of 1 << CAP_*) and no other: 0 or -errno.
 */
static inline int keep_only_caps(uint64_t caps)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {
		{ .effective = (uint32_t)caps, .permitted = (uint32_t)caps },
		{ .effective = (uint32_t)(caps >> 32),
		  .permitted = (uint32_t)(caps >> 32) },
	};

	if (prctl(PR_SET_KEEPCAPS, 1) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY) ||
	    syscall(SYS_capset, &head, data))
		return -errno;
	return 0;
}

#endif /* TESTS_CAPS_H */
