# SPDX-License-Identifier: GPL-2.0-only
test_table_threads-srcs := module/table.c
test_table_threads-cppflags := -Imodule
test_table_threads-variants := asan tsan
