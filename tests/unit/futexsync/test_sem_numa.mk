# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_sem_numa-srcs := $(FUTEXSYNC_SEM_SRCS)
futexsync/test_sem_numa-variants := asan tsan m32
