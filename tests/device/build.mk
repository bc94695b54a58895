# SPDX-License-Identifier: GPL-2.0-only
# Tests of the live device: run them in the virtual machine, as root, by
# tests/device/run. Each is also built for 32 bits, as NAME32, where the
# compiler can.

DEVICE_TESTS := $(basename $(notdir $(wildcard tests/device/test_*.c)))
DEVICE_COMMON := tests/device/device tests/device/tally tests/device/uring \
		 tests/device/buckets tests/programs/worker tests/programs/named
DEVICE_LIB := $(patsubst %.c,%,$(wildcard userlib/src/futexwatch/client_*.c))
DEVICE_HAVE_M32 := $(shell echo 'int main(void) { return 0; }' | \
	$(CC) -m32 -x c -o /dev/null - 2>/dev/null && echo yes)

# Slow machines run these, too: the harness waits long before it gives up.
DEVICE_CFLAGS = $(ALL_CFLAGS) -D_FILE_OFFSET_BITS=64 -DTEST_LIMIT_S=600 \
	-Itests/unit

# $(call device_objects,suffix,compiler flags)
define device_objects
$(O)/tests/device/o$(1)/%.o: %.c
	@mkdir -p $$(@D)
	$$(CC) $(2) $$(DEVICE_CFLAGS) -MMD -MP -c -o $$@ $$<
endef

# $(call device_test,name,suffix,compiler flags)
define device_test
$(O)/tests/device/$(1)$(2): $(patsubst %,$(O)/tests/device/o$(2)/%.o,\
		tests/device/$(1) $(DEVICE_COMMON) $(DEVICE_LIB))
	$$(CC) $(3) $$(LDFLAGS) -o $$@ $$^ -pthread
-include $(patsubst %,$(O)/tests/device/o$(2)/%.d,\
		tests/device/$(1) $(DEVICE_COMMON) $(DEVICE_LIB))
device-tests: $(O)/tests/device/$(1)$(2)
endef

.PHONY: device-tests
device-tests: test-programs

$(eval $(call device_objects,,))
$(foreach t,$(DEVICE_TESTS),$(eval $(call device_test,$(t),,)))
ifeq ($(DEVICE_HAVE_M32),yes)
$(eval $(call device_objects,32,-m32))
$(foreach t,$(DEVICE_TESTS),$(eval $(call device_test,$(t),32,-m32)))
endif

## make device-tests  build the tests of the live device
