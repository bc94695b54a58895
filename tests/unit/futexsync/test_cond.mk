# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_cond-srcs := $(FUTEXSYNC_COND_SRCS)
futexsync/test_cond-variants := asan tsan m32
