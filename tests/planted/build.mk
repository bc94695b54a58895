# SPDX-License-Identifier: GPL-2.0-only
# Programs with a planted fault each, for the tests of `why`. NAME is built as
# others build theirs, NAME.O0 with frame pointers, NAME.stripped without any
# names, NAME.static with the C library in it, NAME32 for 32 bits.

PLANTED := $(patsubst tests/planted/%.c,$(O)/tests/planted/%,\
	$(filter-out %/given.c,$(wildcard tests/planted/*.c)))
PLANTED_CFLAGS = -std=gnu11 $(WARN) -g -D_GNU_SOURCE

$(PLANTED): $(O)/tests/planted/%: tests/planted/%.c tests/planted/planted.h
	@mkdir -p $(@D)
	$(CC) $(PLANTED_CFLAGS) -O2 $(LDFLAGS) -o $@ $< -pthread
	$(CC) $(PLANTED_CFLAGS) -O0 $(LDFLAGS) -o $@.O0 $< -pthread
	$(CC) $(PLANTED_CFLAGS) -O2 -static $(LDFLAGS) -o $@.static $< -pthread
	strip -o $@.stripped $@
	$(if $(PROGRAMS_HAVE_M32),$(CC) $(PLANTED_CFLAGS) -O2 -m32 \
		$(LDFLAGS) -o $@32 $< -pthread)

# In C++, and with libfutexsync.
PLANTED_CXX := $(patsubst %,$(O)/tests/planted/%,cache store words_cxx)

$(PLANTED_CXX): $(O)/tests/planted/%: tests/planted/%.cc tests/planted/planted.h
	@mkdir -p $(@D)
	$(CXX) -std=c++17 -Wall -Wextra -g -O2 $(LDFLAGS) -o $@ $< -pthread

# With all libraries in it.
$(O)/tests/planted/store.static: tests/planted/store.cc tests/planted/planted.h
	@mkdir -p $(@D)
	$(CXX) -std=c++17 -Wall -Wextra -g -O2 -static $(LDFLAGS) -o $@ $< \
		-pthread

$(O)/tests/planted/given: tests/planted/given.c $(O)/libfutexsync.a
	@mkdir -p $(@D)
	$(CC) $(PLANTED_CFLAGS) $(CPPFLAGS) -O2 $(LDFLAGS) -o $@ $^ -pthread

# C++20 waits on atomics, without the C library.
$(O)/tests/planted/atomics: tests/planted/atomics.cc tests/planted/planted.h
	@mkdir -p $(@D)
	$(CXX) -std=c++20 -Wall -Wextra -g -O2 $(LDFLAGS) -o $@ $< -pthread

# Functions in namespaces, and frame pointers in the library alone.
$(O)/tests/planted/rusty: tests/planted/rusty.rs
	@mkdir -p $(@D)
	env -u MAKEFLAGS -u MFLAGS rustc -O -g -o $@ $<

.PHONY: planted
planted: $(O)/tests/planted/atomics
ifneq ($(shell command -v rustc 2>/dev/null),)
planted: $(O)/tests/planted/rusty
endif
planted: $(PLANTED) $(PLANTED_CXX) $(O)/tests/planted/store.static \
	 $(O)/tests/planted/given
cli-tests: planted

## make planted    build the programs with a planted fault
