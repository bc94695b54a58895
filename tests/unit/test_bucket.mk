# SPDX-License-Identifier: GPL-2.0-only
test_bucket-srcs := module/bucket.c
test_bucket-cppflags := -Imodule
test_bucket-variants := asan m32
