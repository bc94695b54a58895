# SPDX-License-Identifier: GPL-2.0-only
test_decode-srcs := module/decode.c
test_decode-cppflags := -Imodule
