# SPDX-License-Identifier: LGPL-2.1-or-later
# libfutexsync: the static and the shared library, and the examples on it.

FUTEXSYNC_SRCS := $(wildcard userlib/src/futexsync/*.c)
FUTEXSYNC_OBJS := $(FUTEXSYNC_SRCS:userlib/src/futexsync/%.c=$(O)/futexsync/%.o)
# What a test that needs the semaphore alone links.
FUTEXSYNC_SEM_SRCS := $(wildcard userlib/src/futexsync/sem*.c \
	userlib/src/futexsync/spin.c)
# The same for the bounded buffer.
FUTEXSYNC_BB_SRCS := $(wildcard userlib/src/futexsync/*buffer*.c \
	userlib/src/futexsync/mutex*.c userlib/src/futexsync/robust_list.c \
	userlib/src/futexsync/self.c) \
	$(FUTEXSYNC_SEM_SRCS)
# The same for the mutex, and for the condition variable on it.
FUTEXSYNC_MUTEX_SRCS := $(wildcard userlib/src/futexsync/mutex*.c) \
	$(addprefix userlib/src/futexsync/,robust_list.c self.c spin.c)
FUTEXSYNC_COND_SRCS := $(wildcard userlib/src/futexsync/cond*.c) \
	$(FUTEXSYNC_MUTEX_SRCS)
FUTEXSYNC_SONAME := libfutexsync.so.0

$(FUTEXSYNC_OBJS): $(O)/futexsync/%.o: userlib/src/futexsync/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -fPIC -MMD -MP -c -o $@ $<

$(O)/libfutexsync.a: $(FUTEXSYNC_OBJS)
	rm -f $@
	$(AR) rcs $@ $^

$(O)/$(FUTEXSYNC_SONAME): userlib/futexsync.map $(FUTEXSYNC_OBJS)
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(@F) -Wl,-z,defs \
		-Wl,--version-script=$< -o $@ $(FUTEXSYNC_OBJS) -pthread

$(O)/libfutexsync.so: $(O)/$(FUTEXSYNC_SONAME)
	ln -sf $(<F) $@

FUTEXSYNC_EXAMPLES := $(patsubst userlib/examples/%.c,$(O)/examples/%,\
	$(wildcard userlib/examples/*.c))

$(FUTEXSYNC_EXAMPLES): $(O)/examples/%: userlib/examples/%.c $(O)/libfutexsync.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -MMD -MP -MF $(O)/futexsync/$(@F).d -o $@ $< \
		$(O)/libfutexsync.a -pthread

# Examples of several files have a directory each, and ask the device.
FUTEXSYNC_LARGE_EXAMPLES := $(patsubst userlib/examples/%/,$(O)/examples/%,\
	$(wildcard userlib/examples/*/))

define large_example_rule
$(O)/examples/$(1): $(wildcard userlib/examples/$(1)/*.[ch]) \
		$(O)/libfutexsync.a $(O)/libfutexwatch.a
	@mkdir -p $$(@D)
	$$(CC) $$(ALL_CFLAGS) $$(LDFLAGS) -o $$@ \
		$$(filter %.c %.a,$$^) -pthread
endef
$(foreach e,$(notdir $(FUTEXSYNC_LARGE_EXAMPLES)),\
	$(eval $(call large_example_rule,$(e))))

FUTEXSYNC_PROGRAMS := $(patsubst userlib/programs/%.c,$(O)/%,\
	$(wildcard userlib/programs/*.c))

$(FUTEXSYNC_PROGRAMS): $(O)/%: userlib/programs/%.c $(O)/libfutexsync.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -MMD -MP -MF $(O)/futexsync/$(@F).d -o $@ $< \
		$(PROGRAM_LIBS) $(O)/libfutexsync.a -pthread

$(O)/futexsync-names: $(O)/libfutexwatch.a
$(O)/futexsync-names: PROGRAM_LIBS = $(O)/libfutexwatch.a -lelf -ljansson

-include $(FUTEXSYNC_OBJS:.o=.d) \
	$(FUTEXSYNC_PROGRAMS:$(O)/%=$(O)/futexsync/%.d) \
	$(FUTEXSYNC_EXAMPLES:$(O)/examples/%=$(O)/futexsync/%.d)

# For pkg-config; made anew at each install, as PREFIX may be another.
.PHONY: $(O)/futexsync.pc
$(O)/futexsync.pc: userlib/futexsync.pc.in
	@mkdir -p $(@D)
	sed -e 's|@PREFIX@|$(PREFIX)|' -e "s|@VERSION@|$$(sed -n \
		's/.*FUTEXWATCH_VERSION "\(.*\)"/\1/p' \
		tools/futexwatch/version.h)|" $< > $@

files-bin += $(FUTEXSYNC_PROGRAMS)
files-include/futexsync += $(wildcard userlib/include/futexsync/*.h)
files-lib += $(O)/libfutexsync.a $(O)/$(FUTEXSYNC_SONAME)
files-lib/pkgconfig += $(O)/futexsync.pc

.PHONY: futexsync
futexsync: $(O)/libfutexsync.a $(O)/libfutexsync.so $(FUTEXSYNC_EXAMPLES) \
	$(FUTEXSYNC_LARGE_EXAMPLES) $(FUTEXSYNC_PROGRAMS)
userlib: futexsync

## make futexsync  build libfutexsync, its programs and examples
