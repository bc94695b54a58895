# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_sem_stress-srcs := $(FUTEXSYNC_SEM_SRCS)
futexsync/test_sem_stress-variants := asan tsan m32
