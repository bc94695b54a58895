# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_buffer_crash-srcs := $(FUTEXSYNC_BB_SRCS)
futexsync/test_buffer_crash-variants := plain plain32
