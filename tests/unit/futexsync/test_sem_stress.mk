# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_sem_stress-srcs := userlib/src/futexsync/sem.c
futexsync/test_sem_stress-variants := asan tsan m32
