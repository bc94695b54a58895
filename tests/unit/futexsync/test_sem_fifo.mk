# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_sem_fifo-srcs := $(FUTEXSYNC_SEM_SRCS)
futexsync/test_sem_fifo-variants := asan tsan m32
