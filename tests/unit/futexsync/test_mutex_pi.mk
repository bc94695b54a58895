# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_mutex_pi-srcs := $(FUTEXSYNC_COND_SRCS)
futexsync/test_mutex_pi-variants := asan tsan m32
