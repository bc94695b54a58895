# SPDX-License-Identifier: GPL-2.0-only
test_leaf_hist-srcs := userlib/src/futexwatch/client_hist.c
test_leaf_hist-cppflags := -Imodule
