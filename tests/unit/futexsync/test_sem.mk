# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_sem-srcs := userlib/src/futexsync/sem.c
futexsync/test_sem-variants := asan tsan m32
