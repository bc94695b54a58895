# SPDX-License-Identifier: GPL-2.0-only
test_hist-srcs := userlib/src/futexwatch/client_hist.c
test_hist-variants := asan m32
