# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_lock_static-srcs := $(wildcard userlib/src/futexwatch/lock_*.c)
futexsync/test_lock_static-cppflags := -D_FILE_OFFSET_BITS=64 -Iuserlib/src
futexsync/test_lock_static-libs := -lelf
