# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_mutex_threads-srcs := $(FUTEXSYNC_MUTEX_SRCS)
futexsync/test_mutex_threads-variants := asan tsan m32
