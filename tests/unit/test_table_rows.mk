# SPDX-License-Identifier: GPL-2.0-only
test_table_rows-srcs := module/table.c
test_table_rows-cppflags := -Imodule
