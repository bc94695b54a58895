# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_name-srcs := userlib/src/futexsync/name.c
futexsync/test_name-variants := asan tsan m32
