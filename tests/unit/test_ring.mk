# SPDX-License-Identifier: GPL-2.0-only
test_ring-srcs := module/ring.c
test_ring-cppflags := -Imodule
