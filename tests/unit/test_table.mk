# SPDX-License-Identifier: GPL-2.0-only
test_table-srcs := module/table.c
test_table-cppflags := -Imodule
