# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_cond_stress-srcs := $(FUTEXSYNC_COND_SRCS)
futexsync/test_cond_stress-variants := asan tsan m32
