# SPDX-License-Identifier: GPL-2.0-only
test_filter_threads-srcs := module/filter.c
test_filter_threads-cppflags := -Imodule
test_filter_threads-variants := asan tsan
