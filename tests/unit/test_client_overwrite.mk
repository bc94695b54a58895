# SPDX-License-Identifier: GPL-2.0-only
test_client_overwrite-srcs := userlib/src/futexwatch/client_merge.c
test_client_overwrite-cppflags := -Iuserlib/src/futexwatch
test_client_overwrite-variants := asan m32
