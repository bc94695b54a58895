# SPDX-License-Identifier: GPL-2.0-only
# Schedule tests: tests/schedule/test_X.c is a program of scenarios on the
# library's unmodified sources; mutants/NAME.patch is a bug put into them.
#
# The objects under test are compiled as for ThreadSanitizer, but its calls lead
# to our own runtime, and their static variables go to sections of their own
# (subject_*). Without inlining frames hold fewer left-overs, and more states
# turn out to be the same.

SCHEDULE_OUT := $(O)/tests/schedule
SCHEDULE_PROGRAMS := $(patsubst tests/schedule/%.c,$(SCHEDULE_OUT)/%,\
	$(wildcard tests/schedule/test_*.c))
SCHEDULE_RUNTIME := $(patsubst tests/schedule/%.c,$(SCHEDULE_OUT)/runtime/%.o,\
	$(filter-out tests/schedule/test_%,$(wildcard tests/schedule/*.c)))
SCHEDULE_SUBJECT := $(patsubst userlib/src/futexsync/%.c,\
	$(SCHEDULE_OUT)/subject/%.o,$(FUTEXSYNC_SRCS))
SCHEDULE_TESTS := $(SCHEDULE_PROGRAMS:$(SCHEDULE_OUT)/%=$(SCHEDULE_OUT)/subject/%.o)
SCHEDULE_MUTANTS := $(patsubst tests/schedule/mutants/%.patch,\
	$(SCHEDULE_OUT)/mutants/%/made,$(wildcard tests/schedule/mutants/*.patch))

# tests/schedule/mutate.sh compiles with the same.
export SCHEDULE_CFLAGS = $(filter-out -Iuserlib/include,$(ALL_CFLAGS)) \
	-O2 -fno-inline -fno-builtin -fno-pie -fcf-protection=none \
	-fsanitize=thread -Wno-tsan -DFUTEXSYNC_LIBC_SYSCALL -DFCOND_WAKE=1 \
	-Itests/schedule
export SCHEDULE_RENAME := --rename-section .data=subject_data \
	--set-section-flags .bss=alloc,load,contents --rename-section \
	.bss=subject_bss,alloc,load,data,contents \
	--redefine-sym memcpy=subject_memcpy \
	--redefine-sym memset=subject_memset \
	--redefine-sym syscall=subject_syscall \
	--redefine-sym sched_getcpu=subject_getcpu \
	--redefine-sym clock_gettime=subject_clock_gettime \
	--redefine-sym mmap=subject_mmap \
	--redefine-sym madvise=subject_madvise
SCHEDULE_LIBS := $(SCHEDULE_OUT)/libschedule.a $(SCHEDULE_OUT)/libsubject.a

$(SCHEDULE_RUNTIME): $(SCHEDULE_OUT)/runtime/%.o: tests/schedule/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -fno-pie -MMD -MP -c -o $@ $<

$(SCHEDULE_SUBJECT): $(SCHEDULE_OUT)/subject/%.o: userlib/src/futexsync/%.c
	@mkdir -p $(@D)
	$(CC) $(SCHEDULE_CFLAGS) -Iuserlib/include -MMD -MP -c -o $@ $<
	objcopy $(SCHEDULE_RENAME) $@

$(SCHEDULE_TESTS): $(SCHEDULE_OUT)/subject/%.o: tests/schedule/%.c
	@mkdir -p $(@D)
	$(CC) $(SCHEDULE_CFLAGS) -Iuserlib/include -MMD -MP -c -o $@ $<
	objcopy $(SCHEDULE_RENAME) $@

$(SCHEDULE_OUT)/libschedule.a: $(SCHEDULE_RUNTIME)
	rm -f $@
	$(AR) rcs $@ $^

$(SCHEDULE_OUT)/libsubject.a: $(SCHEDULE_SUBJECT)
	rm -f $@
	$(AR) rcs $@ $^

$(SCHEDULE_PROGRAMS): $(SCHEDULE_OUT)/%: $(SCHEDULE_OUT)/subject/%.o \
		$(SCHEDULE_LIBS)
	$(CC) -no-pie -o $@ $< -Wl,--whole-archive $(SCHEDULE_OUT)/libschedule.a \
		-Wl,--no-whole-archive $(SCHEDULE_OUT)/libsubject.a

$(SCHEDULE_MUTANTS): $(SCHEDULE_OUT)/mutants/%/made: \
		tests/schedule/mutants/%.patch tests/schedule/mutate.sh \
		$(SCHEDULE_PROGRAMS)
	CC='$(CC)' tests/schedule/mutate.sh $< $(SCHEDULE_OUT)

-include $(SCHEDULE_RUNTIME:.o=.d) $(SCHEDULE_SUBJECT:.o=.d) \
	$(SCHEDULE_TESTS:.o=.d)

.PHONY: schedule
schedule: $(SCHEDULE_PROGRAMS) $(SCHEDULE_MUTANTS)

## make schedule   build the schedule tests (tests/schedule/run runs them)
