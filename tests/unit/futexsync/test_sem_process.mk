# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_sem_process-srcs := $(FUTEXSYNC_SEM_SRCS)
futexsync/test_sem_process-variants := asan m32
