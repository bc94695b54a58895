# SPDX-License-Identifier: GPL-2.0-only
test_sem-srcs := userlib/src/sem.c
test_sem-variants := asan tsan m32
