# SPDX-License-Identifier: GPL-2.0-only
# The command. Each source beside cmd_*.c is one noun; they are all linked.

TOOL_SRCS := $(wildcard tools/futexwatch/*.c)
TOOL_OBJS := $(TOOL_SRCS:tools/futexwatch/%.c=$(O)/tool/%.o)
TOOL_PKGS := ncursesw libelf libdw jansson
TOOL_CPPFLAGS = $(shell pkg-config --cflags $(TOOL_PKGS))
TOOL_LIBS = $(shell pkg-config --libs $(TOOL_PKGS)) -liberty

$(TOOL_OBJS): $(O)/tool/%.o: tools/futexwatch/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(TOOL_CPPFLAGS) -MMD -MP -c -o $@ $<

$(O)/futexwatch: $(TOOL_OBJS) $(O)/libfutexwatch.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(TOOL_LIBS)

-include $(TOOL_OBJS:.o=.d)

.PHONY: tools
tools: $(O)/futexwatch
all: tools

## make tools      build the command futexwatch
