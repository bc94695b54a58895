# SPDX-License-Identifier: GPL-2.0-only
test_ring_model-srcs := module/ring.c
test_ring_model-cppflags := -Imodule
