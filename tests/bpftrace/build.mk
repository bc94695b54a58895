# SPDX-License-Identifier: GPL-2.0-only
# What makes bpftrace miss a signal; tests/bpftrace/run needs it.

$(O)/tests/deaf.so: tests/bpftrace/deaf.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -fPIC -shared -o $@ $<

witness: $(O)/tests/deaf.so
