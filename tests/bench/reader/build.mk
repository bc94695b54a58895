# SPDX-License-Identifier: GPL-2.0-only
# What the reader is measured with: traffic, what a command used, and a long
# recording out of a short one.

READER_DIR := $(O)/bench/reader
READER_PROGRAMS := $(addprefix $(READER_DIR)/,traffic spent grow)

$(READER_PROGRAMS): $(READER_DIR)/%: tests/bench/reader/%.c $(O)/libfutexwatch.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -pthread

.PHONY: bench-reader
bench-reader: $(READER_PROGRAMS)

## make bench-reader  build what recordings are measured with
