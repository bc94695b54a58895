# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_buffer_pass-srcs := $(FUTEXSYNC_BB_SRCS)
futexsync/test_buffer_pass-variants := plain
futexsync/test_buffer_pass-cppflags := -DFUTEXSYNC_LIBC_SYSCALL
