# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_cond_life-srcs := $(addprefix userlib/src/futexsync/,cond.c mutex.c \
	mutex_robust.c robust_list.c self.c)
futexsync/test_cond_life-variants := asan tsan m32
