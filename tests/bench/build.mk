# SPDX-License-Identifier: GPL-2.0-only
# What tests/bench/run measures with: programs for the guest, and a module
# with empty probes for its kernel (KVER, KDIR), built in a copy as the module
# itself is.

BENCH_DIR := $(O)/bench
BENCH_SRCS := $(wildcard tests/bench/*.c)
BENCH_OBJS := $(BENCH_SRCS:tests/bench/%.c=$(BENCH_DIR)/o/%.o)
BENCH_FLOOR := $(abspath $(BENCH_DIR))/floor/$(KVER)

$(BENCH_OBJS): $(BENCH_DIR)/o/%.o: tests/bench/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BENCH_DIR)/ops: $(addprefix $(BENCH_DIR)/o/,ops.o gauge.o calls.o pairs.o \
		crowds.o)
	$(CC) $(LDFLAGS) -o $@ $^ -pthread

$(BENCH_DIR)/scan: $(addprefix $(BENCH_DIR)/o/,scan.o gauge.o) \
		$(O)/libfutexwatch.a
	$(CC) $(LDFLAGS) -o $@ $^ -pthread

$(BENCH_DIR)/session: $(BENCH_DIR)/o/session.o $(O)/libfutexwatch.a
	$(CC) $(LDFLAGS) -o $@ $^

-include $(BENCH_OBJS:.o=.d)

.PHONY: bench-programs bench-floor
bench-programs: $(addprefix $(BENCH_DIR)/,ops session scan)

bench-floor:
	@mkdir -p $(BENCH_FLOOR)
	@cp -pu tests/bench/floor/* $(BENCH_FLOOR)/
	$(MAKE) -C $(KDIR) M=$(BENCH_FLOOR) W=1 modules

## make bench-programs  build what the bench runs in the machine

-include tests/bench/lib/build.mk
-include tests/bench/reader/build.mk
-include tests/bench/growth/build.mk
