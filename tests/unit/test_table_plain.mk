# SPDX-License-Identifier: GPL-2.0-only
test_table_plain-srcs := module/table.c
test_table_plain-cppflags := -Imodule
