# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_futex_time-variants := asan m32
