# SPDX-License-Identifier: GPL-2.0-only
test_trace_roundtrip-srcs := $(wildcard userlib/src/futexwatch/trace_*.c)
test_trace_roundtrip-cppflags := -Iuserlib/src/futexwatch
test_trace_roundtrip-variants := asan m32
