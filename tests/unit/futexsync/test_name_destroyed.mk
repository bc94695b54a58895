# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_name_destroyed-srcs := $(wildcard userlib/src/futexsync/*.c)
futexsync/test_name_destroyed-variants := asan tsan m32
