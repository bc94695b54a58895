# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_buffer_bulk-srcs := $(FUTEXSYNC_BB_SRCS)
futexsync/test_buffer_bulk-variants := asan tsan m32
