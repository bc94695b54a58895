# SPDX-License-Identifier: GPL-2.0-only
# What is measured with many words, threads, sessions and CPUs.

GROWTH_DIR := $(O)/bench/growth
GROWTH_OBJS := $(addprefix $(BENCH_DIR)/o/,gauge.o pairs.o)

$(GROWTH_DIR)/many: tests/bench/growth/many.c $(GROWTH_OBJS)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests/bench $(LDFLAGS) -o $@ $^ -pthread

$(GROWTH_DIR)/rate: tests/bench/growth/rate.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^

.PHONY: bench-growth
bench-growth: $(GROWTH_DIR)/many $(GROWTH_DIR)/rate bench-programs

## make bench-growth  build what many words, threads and CPUs are measured with
