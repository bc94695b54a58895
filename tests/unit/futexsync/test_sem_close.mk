# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_sem_close-srcs := $(FUTEXSYNC_SEM_SRCS)
futexsync/test_sem_close-variants := asan tsan m32
