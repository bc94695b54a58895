# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_sem_bulk-srcs := $(FUTEXSYNC_SEM_SRCS)
futexsync/test_sem_bulk-variants := asan tsan m32
