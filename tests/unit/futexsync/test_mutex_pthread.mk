# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_mutex_pthread-srcs := $(FUTEXSYNC_MUTEX_SRCS)
futexsync/test_mutex_pthread-variants := asan m32
