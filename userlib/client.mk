# SPDX-License-Identifier: LGPL-2.1-or-later
# libfutexwatch: the client of the device, and recordings. Static only: the
# command is its one user, and the device is the stable interface.

CLIENT_SRCS := $(wildcard userlib/src/futexwatch/client_*.c userlib/src/futexwatch/trace_*.c \
	userlib/src/futexwatch/lock_*.c)
CLIENT_OBJS := $(CLIENT_SRCS:userlib/src/futexwatch/%.c=$(O)/client/%.o)

$(CLIENT_OBJS): $(O)/client/%.o: userlib/src/futexwatch/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -D_FILE_OFFSET_BITS=64 -MMD -MP -c -o $@ $<

$(O)/libfutexwatch.a: $(CLIENT_OBJS)
	rm -f $@
	$(AR) rcs $@ $^

-include $(CLIENT_OBJS:.o=.d)

files-include/futexwatch += $(wildcard userlib/include/futexwatch/*.h)
files-lib += $(O)/libfutexwatch.a

.PHONY: client
client: $(O)/libfutexwatch.a
userlib: client

## make client     build libfutexwatch, the client of the device
