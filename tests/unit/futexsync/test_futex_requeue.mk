# SPDX-License-Identifier: GPL-2.0-only
futexsync/test_futex_requeue-variants := asan m32
