# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_mutex_peer-srcs := $(FUTEXSYNC_COND_SRCS)
futexsync/test_mutex_peer-variants := asan m32
