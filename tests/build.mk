# SPDX-License-Identifier: GPL-2.0-only
# What the tests need to have built; each directory has rules of its own.

-include $(wildcard tests/*/build.mk)
