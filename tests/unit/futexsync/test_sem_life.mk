# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_sem_life-srcs := $(FUTEXSYNC_SEM_SRCS)
futexsync/test_sem_life-variants := asan m32
