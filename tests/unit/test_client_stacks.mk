# SPDX-License-Identifier: GPL-2.0-only
test_client_stacks-srcs := userlib/src/futexwatch/client_stacks.c
test_client_stacks-cppflags := -Iuserlib/src/futexwatch
test_client_stacks-variants := asan m32
