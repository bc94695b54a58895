# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_mutex_kill-srcs := $(FUTEXSYNC_MUTEX_SRCS)
futexsync/test_mutex_kill-variants := asan m32
# What is stepped through is what users have.
futexsync/test_mutex_kill-cppflags := -O2 -fno-sanitize=all
