# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_mutex-srcs := $(FUTEXSYNC_MUTEX_SRCS)
futexsync/test_mutex-variants := asan tsan m32
