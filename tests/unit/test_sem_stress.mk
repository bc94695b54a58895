# SPDX-License-Identifier: GPL-2.0-only
test_sem_stress-srcs := userlib/src/sem.c
test_sem_stress-variants := asan tsan m32
