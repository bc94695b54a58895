# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_futex_wait-variants := asan m32
