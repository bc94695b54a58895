# SPDX-License-Identifier: GPL-2.0-only
# Unit tests: tests/unit/test_X.c is a program of its own. What it links, and
# how it is built, stands in tests/unit/test_X.mk, if it needs more than this:
#
#	test_X-srcs := module/decode.c		sources that it tests (none)
#	test_X-variants := asan tsan m32	builds (asan); plain and plain32
#						are without sanitizers
#	test_X-cppflags := -Imodule		additional flags (none)
#	test_X-libs := -lelf			libraries (none)
#
# One in a directory below has its name with the directory: futexsync/test_X.
# They lie in build/tests/unit/VARIANT/test_X; tests/unit/run runs them.

UNIT_TESTS := $(patsubst tests/unit/%.c,%,\
	$(wildcard tests/unit/test_*.c tests/unit/*/test_*.c))
-include $(wildcard tests/unit/test_*.mk tests/unit/*/test_*.mk)

UNIT_OUT := $(O)/tests/unit
UNIT_SAN := -fsanitize=address,undefined -fno-sanitize-recover=all
unit-flags-asan := $(UNIT_SAN)
unit-flags-tsan := -fsanitize=thread
unit-flags-m32 := -m32 $(UNIT_SAN)
unit-flags-plain :=
unit-flags-plain32 := -m32
UNIT_VARIANTS := asan tsan plain $(if $(shell \
	echo 'int main(void) { return 0; }' | $(CC) $(unit-flags-m32) -x c \
	-o /dev/null - 2>/dev/null && echo 1),m32 plain32)

UNIT_CFLAGS = $(ALL_CFLAGS) -O1 -fno-omit-frame-pointer -Itests/unit

# $(call unit_objects,variant,test)
unit_objects = $(patsubst %.c,$(UNIT_OUT)/$(1)/$(2).o/%.o,\
	tests/unit/$(2).c $($(2)-srcs))

# $(call unit_program,variant,test): its objects are for it alone, because
# others may build the same source with other flags
define unit_program
$(UNIT_OUT)/$(1)/$(2).o/%.o: %.c
	@mkdir -p $$(@D)
	$$(CC) $$(UNIT_CFLAGS) $$(unit-flags-$(1)) $$($(2)-cppflags) \
		-MMD -MP -c -o $$@ $$<

$(UNIT_OUT)/$(1)/$(2): $(call unit_objects,$(1),$(2))
	$$(CC) $$(unit-flags-$(1)) $$(LDFLAGS) -o $$@ $$^ $$($(2)-libs) -pthread

-include $(patsubst %.o,%.d,$(call unit_objects,$(1),$(2)))
unit: $(UNIT_OUT)/$(1)/$(2)
endef

.PHONY: unit
unit:

$(foreach t,$(UNIT_TESTS),\
	$(foreach v,$(filter $(UNIT_VARIANTS),$(or $($(t)-variants),asan)),\
		$(eval $(call unit_program,$(v),$(t)))))

## make unit       build the unit tests (tests/unit/run runs them)
