# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - front door: `make help` lists the targets.
#
# Each part of the tree adds its own rules in a build.mk; everything that is
# made lands in build/, so that `make clean` is one rm.

O       := build
KVER    ?= $(shell uname -r)
KDIR    ?= /lib/modules/$(KVER)/build
PREFIX  ?= /usr/local
DESTDIR ?=

CC      ?= gcc
CFLAGS  ?= -O2 -g
WARN    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	   -Wpointer-arith -Wvla -Werror=implicit-function-declaration
CPPFLAGS += -D_GNU_SOURCE -Iuserlib/include -Imodule/uapi
ALL_CFLAGS = -std=gnu11 $(WARN) $(CFLAGS) $(CPPFLAGS)

.DELETE_ON_ERROR:
.PHONY: all clean help

all:

include module/build.mk
-include userlib/build.mk
-include tools/build.mk
-include tests/build.mk

clean:
	rm -rf $(O)

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make            build the module (when headers are there), library, command
## make clean      remove everything that was built
