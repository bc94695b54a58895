# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_buffer_attach-srcs := $(FUTEXSYNC_BB_SRCS)
futexsync/test_buffer_attach-variants := asan tsan m32
