# SPDX-License-Identifier: GPL-2.0-only
# The instructions of the library as it is installed.
futexsync/test_buffer_kill-srcs := $(FUTEXSYNC_BB_SRCS)
futexsync/test_buffer_kill-variants := plain plain32
futexsync/test_buffer_kill-cppflags := -O2 -DTEST_LIMIT_S=1800
