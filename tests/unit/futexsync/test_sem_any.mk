# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_sem_any-srcs := $(FUTEXSYNC_SEM_SRCS)
futexsync/test_sem_any-variants := asan tsan m32
