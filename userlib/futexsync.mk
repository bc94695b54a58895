# SPDX-License-Identifier: LGPL-2.1-or-later
# libfutexsync: the static and the shared library, and the examples on it.

FUTEXSYNC_SRCS := $(wildcard userlib/src/futexsync/*.c)
FUTEXSYNC_OBJS := $(FUTEXSYNC_SRCS:userlib/src/futexsync/%.c=$(O)/futexsync/%.o)
# What a test that needs the semaphore alone links.
FUTEXSYNC_SEM_SRCS := $(wildcard userlib/src/futexsync/sem*.c \
	userlib/src/futexsync/spin.c)
# The same for the bounded buffer.
FUTEXSYNC_BB_SRCS := $(wildcard userlib/src/futexsync/*buffer*.c) \
	$(FUTEXSYNC_SEM_SRCS)
FUTEXSYNC_SONAME := libfutexsync.so.0

$(FUTEXSYNC_OBJS): $(O)/futexsync/%.o: userlib/src/futexsync/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -fPIC -MMD -MP -c -o $@ $<

$(O)/libfutexsync.a: $(FUTEXSYNC_OBJS)
	rm -f $@
	$(AR) rcs $@ $^

$(O)/$(FUTEXSYNC_SONAME): $(FUTEXSYNC_OBJS)
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(@F) -o $@ $^

$(O)/libfutexsync.so: $(O)/$(FUTEXSYNC_SONAME)
	ln -sf $(<F) $@

FUTEXSYNC_EXAMPLES := $(O)/examples/producer_consumer

$(FUTEXSYNC_EXAMPLES): $(O)/examples/%: userlib/examples/%.c $(O)/libfutexsync.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -MMD -MP -MF $(O)/futexsync/$(@F).d -o $@ $< \
		$(O)/libfutexsync.a -pthread

FUTEXSYNC_PROGRAMS := $(patsubst userlib/programs/%.c,$(O)/%,\
	$(wildcard userlib/programs/*.c))

$(FUTEXSYNC_PROGRAMS): $(O)/%: userlib/programs/%.c $(O)/libfutexsync.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -MMD -MP -MF $(O)/futexsync/$(@F).d -o $@ $< \
		$(O)/libfutexsync.a -pthread

-include $(FUTEXSYNC_OBJS:.o=.d) \
	$(FUTEXSYNC_PROGRAMS:$(O)/%=$(O)/futexsync/%.d) \
	$(FUTEXSYNC_EXAMPLES:$(O)/examples/%=$(O)/futexsync/%.d)

.PHONY: futexsync
futexsync: $(O)/libfutexsync.a $(O)/libfutexsync.so $(FUTEXSYNC_EXAMPLES) \
	$(FUTEXSYNC_PROGRAMS)
userlib: futexsync

## make futexsync  build libfutexsync, its programs and examples
