# SPDX-License-Identifier: GPL-2.0-only
test_filter-srcs := module/filter.c
test_filter-cppflags := -Imodule
