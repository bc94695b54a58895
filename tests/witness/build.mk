# SPDX-License-Identifier: GPL-2.0-only
# The witness that counts by the table and by the records; tests/witness/run
# needs it, the workloads and (for the JSON) the command.

WITNESS_SRCS := $(wildcard tests/witness/*.c)
WITNESS_OBJS := $(WITNESS_SRCS:tests/witness/%.c=$(O)/tests/witness/o/%.o)

$(WITNESS_OBJS): $(O)/tests/witness/o/%.o: tests/witness/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(O)/tests/witness/count_words: $(WITNESS_OBJS) $(O)/libfutexwatch.a
	$(CC) $(LDFLAGS) -o $@ $^

-include $(WITNESS_OBJS:.o=.d)

# It asks the device for words that share a bucket.
$(O)/tests/bucket_sleepers: $(patsubst %,$(O)/tests/programs/%.o,\
		bucket_sleepers worker named) $(O)/libfutexwatch.a
	$(CC) $(LDFLAGS) -o $@ $^ -pthread

# Compiled out here: under emulation it would take minutes.
$(O)/tests/witness/goroutines: tests/witness/goroutines.go
	@mkdir -p $(@D)
	GOCACHE=$(abspath $(@D))/go-cache GO111MODULE=off go build -o $@ $<

.PHONY: witness
witness: $(O)/tests/witness/count_words $(O)/tests/bucket_sleepers \
	 test-programs
ifneq ($(shell command -v go 2>/dev/null),)
witness: $(O)/tests/witness/goroutines
endif

## make witness    build what tests/witness/run needs in the virtual machine
