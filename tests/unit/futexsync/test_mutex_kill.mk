# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_mutex_kill-srcs := $(addprefix userlib/src/futexsync/,mutex.c \
	mutex_robust.c robust_list.c self.c)
futexsync/test_mutex_kill-variants := asan m32
# What is stepped through is what users have.
futexsync/test_mutex_kill-cppflags := -O2 -fno-sanitize=all
