# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_sem-srcs := $(FUTEXSYNC_SEM_SRCS)
futexsync/test_sem-variants := asan tsan m32
