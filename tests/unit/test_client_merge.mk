# SPDX-License-Identifier: GPL-2.0-only
test_client_merge-srcs := userlib/src/futexwatch/client_merge.c
test_client_merge-cppflags := -Iuserlib/src/futexwatch
test_client_merge-variants := asan tsan m32
