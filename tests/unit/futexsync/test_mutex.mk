# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_mutex-srcs := $(addprefix userlib/src/futexsync/,mutex.c \
	mutex_robust.c robust_list.c self.c)
futexsync/test_mutex-variants := asan tsan m32
