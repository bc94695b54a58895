# SPDX-License-Identifier: GPL-2.0-only
# Workloads with known counts, for the tests of whatever traces them. Each
# is also built for 32 bits, as NAME32, where the compiler can.

programs_COMMON := worker named expect
prime_counts_SRCS := prime_counts kinds_plain kinds_wake_op kinds_requeue \
		     kinds_pi kinds_signal kinds_failing
die_waiting_SRCS := die_waiting
known_wakers_SRCS := known_wakers wakers_call wakers_lock wakers_end \
		     wakers_storm wakers_race
shared_words_SRCS := shared_words
many_lives_SRCS := many_lives
many_words_SRCS := many_words
all_ops_SRCS := all_ops ops_plain ops_move ops_lock ops_futex2 ops_end ops_death

PROGRAMS := prime_counts die_waiting known_wakers shared_words many_lives \
	    many_words all_ops
PROGRAMS_HAVE_M32 := $(shell echo 'int main(void) { return 0; }' | \
	$(CC) -m32 -x c -o /dev/null - 2>/dev/null && echo yes)

# $(call program_rule,name,suffix,compiler flags)
define program_rule
$(O)/tests/$(1)$(2): $(patsubst %,$(O)/tests/programs$(2)/%.o,\
		$($(1)_SRCS) $(programs_COMMON))
	$$(CC) $(3) $$(LDFLAGS) -o $$@ $$^ -pthread
test-programs: $(O)/tests/$(1)$(2)
endef

# $(call program_objects,suffix,compiler flags)
define program_objects
$(O)/tests/programs$(1)/%.o: tests/programs/%.c
	@mkdir -p $$(@D)
	$$(CC) $(2) $$(ALL_CFLAGS) -MMD -MP -c -o $$@ $$<
-include $(wildcard $(O)/tests/programs$(1)/*.d)
endef

.PHONY: test-programs
test-programs:

$(eval $(call program_objects,,))
$(foreach p,$(PROGRAMS),$(eval $(call program_rule,$(p),,)))
ifeq ($(PROGRAMS_HAVE_M32),yes)
$(eval $(call program_objects,32,-m32))
$(foreach p,$(PROGRAMS),$(eval $(call program_rule,$(p),32,-m32)))
endif

# For the probes of libfutexsync: it calls the shared library for everything.
$(O)/tests/probed: tests/programs/probed.c $(O)/libfutexsync.so
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -DFUTEXSYNC_NO_INLINE $(LDFLAGS) -o $@ $< \
		-L$(O) -lfutexsync -pthread -Wl,-rpath,'$$ORIGIN/..'
test-programs: $(O)/tests/probed

## make test-programs  build the workloads with known counts
