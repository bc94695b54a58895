# SPDX-License-Identifier: GPL-2.0-only
test_client_run-srcs := userlib/src/futexwatch/client_merge.c
test_client_run-cppflags := -Iuserlib/src/futexwatch
test_client_run-variants := asan m32
