# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - front door: `make help` lists the targets.
#
# Each part of the tree adds its own rules in a build.mk; everything that is
# made lands in build/, so that `make clean` is one rm.

O := build
KVER ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KVER)/build
PREFIX ?= /usr/local
DESTDIR ?=

CC ?= gcc
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wvla -Werror=implicit-function-declaration
CPPFLAGS += -D_GNU_SOURCE -Iuserlib/include -Imodule/uapi
ALL_CFLAGS = -std=gnu11 $(WARN) $(CFLAGS) $(CPPFLAGS)

.DELETE_ON_ERROR:
.PHONY: all packages programs demo test bench bench-quick style install \
	uninstall clean help

## make            build the module (when headers are there), library, command
all:

include module/build.mk
-include userlib/build.mk
-include tools/build.mk
-include tests/build.mk

packages:
	@tests/install-packages

# What runs in the virtual machine, beside the module, which it builds itself.
programs:
	+@$(MAKE) -s userlib tools test-programs

## make demo       boot a machine, watch programs contend, lock by lock;
##                 ARGS="PROGRAM ..." watches a program of yours instead
demo: packages
	+@$(MAKE) -s programs
	@tests/demo $(ARGS)

## make test       all tests; they boot their own machines
test: packages
	+@$(MAKE) -s programs unit schedule device-tests cli-tests witness
	@tests/run

## make bench      what watching costs, beside other tools: build/bench
bench: packages
	+@$(MAKE) -s programs
	@tests/bench/run

## make bench-quick  the same, shorter
bench-quick: packages
	+@$(MAKE) -s programs
	@tests/bench/run --quick

## make style      the rules that a program can check
style:
	@tests/style/run

MODULES := $(DESTDIR)/lib/modules/$(KVER)/updates

## make install    install under PREFIX (/usr/local) and DESTDIR; the module
##                 goes where modprobe finds it
install: all
	install -D -m 755 $(O)/futexwatch $(DESTDIR)$(PREFIX)/bin/futexwatch
	install -D -m 755 -t $(DESTDIR)$(PREFIX)/bin $(FUTEXSYNC_PROGRAMS)
	install -D -m 644 module/uapi/linux/futexwatch.h \
		$(DESTDIR)$(PREFIX)/include/linux/futexwatch.h
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/include/futexsync \
		userlib/include/futexsync/*.h
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/include/futexwatch \
		userlib/include/futexwatch/*.h
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/lib \
		$(O)/libfutexsync.a $(O)/libfutexwatch.a
	cp -P $(O)/libfutexsync.so* $(DESTDIR)$(PREFIX)/lib/
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man1 man/*.1
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man4 man/*.4
	if [ -f $(MOD_DIR)/futexwatch.ko ]; then \
		install -D -m 644 $(MOD_DIR)/futexwatch.ko \
			$(MODULES)/futexwatch.ko; \
		[ -n "$(DESTDIR)" ] || depmod $(KVER); \
	fi
	[ -n "$(DESTDIR)" ] || ldconfig

## make uninstall  remove what install put there
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/futexwatch \
		$(DESTDIR)$(PREFIX)/include/linux/futexwatch.h \
		$(DESTDIR)$(PREFIX)/lib/libfutexsync.* \
		$(DESTDIR)$(PREFIX)/lib/libfutexwatch.a \
		$(patsubst $(O)/%,$(DESTDIR)$(PREFIX)/bin/%,$(FUTEXSYNC_PROGRAMS)) \
		$(patsubst man/%,$(DESTDIR)$(PREFIX)/share/man/man3/%, \
			$(wildcard man/*.3)) \
		$(patsubst man/%,$(DESTDIR)$(PREFIX)/share/man/man1/%, \
			$(wildcard man/*.1)) \
		$(DESTDIR)$(PREFIX)/share/man/man4/futexwatch.4 \
		$(MODULES)/futexwatch.ko
	rm -rf $(DESTDIR)$(PREFIX)/include/futexsync \
		$(DESTDIR)$(PREFIX)/include/futexwatch
	[ -n "$(DESTDIR)" ] || depmod $(KVER)

## make clean      remove everything that was built
clean:
	rm -rf $(O)

## make help       this list
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)
