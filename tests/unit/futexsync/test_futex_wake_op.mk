# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_futex_wake_op-variants := asan m32
