# SPDX-License-Identifier: GPL-2.0-only
# What measures libfutexsync on the machine itself: tests/bench/lib/X.c with
# all X_*.c is the program build/bench/lib/X; bench.c is in all of them.

BENCH_LIB_SRCS := $(wildcard tests/bench/lib/*.c)
BENCH_LIB_NAMES := $(patsubst tests/bench/lib/%.c,%,$(BENCH_LIB_SRCS))
BENCH_LIB_MAINS := $(foreach n,$(filter-out bench,$(BENCH_LIB_NAMES)),\
	$(if $(findstring _,$(n)),,$(n)))
BENCH_LIB_PROGRAMS := $(BENCH_LIB_MAINS:%=$(O)/bench/lib/%)

$(O)/bench/lib/o/%.o: tests/bench/lib/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# $(call bench_lib_objects,name)
bench_lib_objects = $(patsubst %,$(O)/bench/lib/o/%.o,\
	bench $(1) $(filter $(1)_%,$(BENCH_LIB_NAMES)))

define bench_lib_program
$(O)/bench/lib/$(1): $(call bench_lib_objects,$(1)) $(O)/libfutexsync.a
	$$(CC) $$(LDFLAGS) -o $$@ $$^ -pthread
endef
$(foreach n,$(BENCH_LIB_MAINS),$(eval $(call bench_lib_program,$(n))))

# The bounded buffer once more, in the layout that was not chosen; without
# probes, for one has the name of a function that is renamed.
BENCH_PADDED_SRCS := $(wildcard userlib/src/futexsync/*buffer*.c) \
	tests/bench/lib/buffer_ours.c
BENCH_PADDED_OBJS := $(BENCH_PADDED_SRCS:%.c=$(O)/bench/lib/padded/%.o)

$(BENCH_PADDED_OBJS): $(O)/bench/lib/padded/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -DBB_PADDED -DBENCH_PADDED \
		-DFUTEXSYNC_NO_PROBES \
		-include tests/bench/lib/buffer_rename.h -MMD -MP -c -o $@ $<

$(O)/bench/lib/buffer: $(BENCH_PADDED_OBJS)

-include $(BENCH_PADDED_OBJS:.o=.d)
-include $(BENCH_LIB_NAMES:%=$(O)/bench/lib/o/%.d)

.PHONY: bench-lib
bench-lib: $(BENCH_LIB_PROGRAMS)

## make bench-lib  build what measures the library; tests/bench/run --lib runs
