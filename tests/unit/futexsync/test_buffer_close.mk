# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_buffer_close-srcs := $(FUTEXSYNC_BB_SRCS)
futexsync/test_buffer_close-variants := asan tsan m32
