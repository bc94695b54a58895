# SPDX-License-Identifier: GPL-2.0-only
test_ring_threads-srcs := module/ring.c
# The fences are for a reader that copies word by word, and looks twice.
test_ring_threads-cppflags := -Imodule -Wno-tsan
test_ring_threads-variants := asan tsan
