# SPDX-License-Identifier: GPL-2.0-only
test_trace_full-srcs := $(wildcard userlib/src/futexwatch/trace_*.c)
test_trace_full-cppflags := -Iuserlib/src/futexwatch
test_trace_full-variants := asan m32
