# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_bounded_buffer-srcs := $(FUTEXSYNC_BB_SRCS)
futexsync/test_bounded_buffer-variants := asan tsan m32
