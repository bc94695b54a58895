# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_futex_mask-variants := asan m32
