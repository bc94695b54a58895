# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_bounded_buffer-srcs := userlib/src/futexsync/bounded_buffer.c $(FUTEXSYNC_SEM_SRCS)
futexsync/test_bounded_buffer-variants := asan tsan m32
