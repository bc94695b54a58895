# SPDX-License-Identifier: GPL-2.0-only
test_client_names-srcs := userlib/src/futexwatch/client_names.c
