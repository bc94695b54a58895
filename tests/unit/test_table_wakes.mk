# SPDX-License-Identifier: GPL-2.0-only
test_table_wakes-srcs := module/table.c
test_table_wakes-cppflags := -Imodule
