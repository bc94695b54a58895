# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_buffer_stress-srcs := $(FUTEXSYNC_BB_SRCS)
futexsync/test_buffer_stress-variants := asan tsan m32
