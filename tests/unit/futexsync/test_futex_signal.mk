# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_futex_signal-variants := asan m32
