# SPDX-License-Identifier: GPL-2.0-only
test_trace_damage-srcs := $(wildcard userlib/src/futexwatch/trace_*.c)
test_trace_damage-cppflags := -Iuserlib/src/futexwatch
test_trace_damage-variants := asan m32
