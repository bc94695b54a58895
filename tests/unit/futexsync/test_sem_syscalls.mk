# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_sem_syscalls-srcs := $(FUTEXSYNC_SEM_SRCS)
futexsync/test_sem_syscalls-variants := asan m32
