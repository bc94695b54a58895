# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_cond_life-srcs := $(FUTEXSYNC_COND_SRCS)
futexsync/test_cond_life-variants := asan tsan m32
