# SPDX-License-Identifier: GPL-2.0-only
# What the tests of the command need: the command with sanitizers, unit tests
# of its parts, and a program that makes recordings of what never happened.

CLI_OUT := $(O)/tests/cli
CLI_SAN := -fsanitize=address,undefined -fno-sanitize-recover=all
CLI_CFLAGS = $(ALL_CFLAGS) -O1 -fno-omit-frame-pointer $(TOOL_CPPFLAGS)

# The command's parts, and the library below them, with sanitizers.
CLI_TOOL_OBJS := $(TOOL_SRCS:%.c=$(CLI_OUT)/o/%.o)
CLI_LIB_OBJS := $(CLIENT_SRCS:%.c=$(CLI_OUT)/o/%.o)
CLI_PARTS := $(filter-out %/main.o,$(CLI_TOOL_OBJS)) $(CLI_LIB_OBJS)

$(CLI_OUT)/o/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CLI_CFLAGS) $(CLI_SAN) -Itools/futexwatch -Itests/unit \
		-D_FILE_OFFSET_BITS=64 -MMD -MP -c -o $@ $<

$(CLI_OUT)/futexwatch: $(CLI_TOOL_OBJS) $(CLI_LIB_OBJS)
	$(CC) $(CLI_SAN) $(LDFLAGS) -o $@ $^ $(TOOL_LIBS)

CLI_TESTS := $(patsubst tests/cli/%.c,$(CLI_OUT)/%,\
	$(wildcard tests/cli/test_*.c))

$(CLI_TESTS): $(CLI_OUT)/%: $(CLI_OUT)/o/tests/cli/%.o $(CLI_PARTS)
	$(CC) $(CLI_SAN) $(LDFLAGS) -o $@ $^ $(TOOL_LIBS)

$(CLI_OUT)/make_recording: tests/cli/make_recording.c $(O)/libfutexwatch.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^

-include $(shell find $(CLI_OUT)/o -name '*.d' 2>/dev/null)

# Kept, so that a change in one part does not build all of them again.
.SECONDARY: $(CLI_TOOL_OBJS) $(CLI_LIB_OBJS)

.PHONY: cli-tests
cli-tests: $(O)/futexwatch $(CLI_OUT)/futexwatch $(CLI_OUT)/make_recording \
	$(CLI_TESTS)

## make cli-tests  build what tests/cli/run needs
