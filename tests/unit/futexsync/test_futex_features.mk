# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_futex_features-srcs := userlib/src/futexsync/features.c
futexsync/test_futex_features-variants := asan tsan m32
unit: $(O)/futexsync-info
