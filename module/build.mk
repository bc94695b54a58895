# SPDX-License-Identifier: GPL-2.0-only
# The kernel part. It is built in a copy under build/module/KVER, so that the
# modules of several kernels lie side by side and the tree stays clean. Two
# builds at once of one kernel's module take turns.

MOD_DIR := $(abspath $(O))/module/$(KVER)

.PHONY: module
module:
	@mkdir -p $(MOD_DIR)
	@cp -Rpu Kbuild module $(MOD_DIR)/
	+@flock $(MOD_DIR).lock $(MAKE) -C $(KDIR) M=$(MOD_DIR) W=1 modules

ifneq ($(wildcard $(KDIR)/Makefile),)
all: module
else
all: no-module
.PHONY: no-module
no-module:
	@echo "no kernel headers in $(KDIR): the module is not built" >&2
endif

## make module     build the module for KVER (running kernel) with KDIR
