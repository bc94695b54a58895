# SPDX-License-Identifier: GPL-2.0-only
test_bounded_buffer-srcs := userlib/src/bounded_buffer.c userlib/src/sem.c
test_bounded_buffer-variants := asan tsan m32
