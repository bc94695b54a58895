# SPDX-License-Identifier: GPL-2.0-only
# The KUnit tests: a module of its own, built in a copy under build/kunit/KVER
# like the one that it tests. KDIR has to be that of a kernel with KUnit:
# tests/kunit/run knows one.

KUNIT_DIR := $(abspath $(O))/kunit/$(KVER)
KUNIT_UNIT := bucket decode filter ring ring_model table table_rows table_wakes
KUNIT_SUITES := bucket decode filter place ring ring_model table \
	table_rows vector waiters wait wake

# Files whose name is not test_SUITE.c
kunit-table := tests/unit/test_table.c tests/unit/test_table_wakes.c
kunit-vector := tests/kunit/test_vector.c
kunit-place := tests/kunit/test_place.c
kunit-waiters := tests/kunit/test_waiters.c
kunit-wait := $(wildcard tests/kunit/test_wait_*.c)
kunit-wake := tests/kunit/test_wake.c

# $(call kunit_files,suite)
kunit_files = $(or $(kunit-$(1)),tests/unit/test_$(1).c)

.PHONY: kunit
kunit:
	@mkdir -p $(KUNIT_DIR)
	@cp -Rpu module $(KUNIT_DIR)/
	@cp -pu $(KUNIT_UNIT:%=tests/unit/test_%.c) tests/unit/random.h \
		tests/unit/bucket_vectors.h tests/unit/ring_help.h tests/unit/table_help.h $(KUNIT_DIR)/
	@cp -pu tests/kunit/Kbuild tests/kunit/*.[ch] $(KUNIT_DIR)/
	@$(foreach s,$(KUNIT_SUITES),tests/kunit/from-unit $(s) \
		$(call kunit_files,$(s)) > $(KUNIT_DIR)/suite_$(s).c &&) true
	$(MAKE) -C $(KDIR) M=$(KUNIT_DIR) W=1 modules

## make kunit      build the KUnit tests for KVER with KDIR
