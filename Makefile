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
# What the targets below build beforehand takes all CPUs.
JOBS := $(shell nproc)

CC ?= gcc
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wvla -Werror=implicit-function-declaration
CPPFLAGS += -D_GNU_SOURCE -Iuserlib/include -Imodule/uapi
ALL_CFLAGS = -std=gnu11 $(WARN) $(CFLAGS) $(CPPFLAGS)

.DELETE_ON_ERROR:
.PHONY: all packages programs demo test test-full bench bench-quick style install \
	uninstall clean help

## make            build the module (when headers are there), library, command
all:

include module/build.mk
-include userlib/build.mk
-include tools/build.mk
-include tests/build.mk

packages:
	@tests/install-packages

# What `make test` builds beforehand.
TESTED := programs unit schedule device-tests cli-tests witness bench-programs \
	bench-lib

# What runs in the virtual machine, beside the module, which it builds itself.
programs:
	+@$(MAKE) -s userlib tools test-programs

## make demo       boot a machine, watch programs contend, lock by lock;
##                 ARGS="PROGRAM ..." watches a program of yours instead
demo: packages
	+@$(MAKE) -s -j$(JOBS) programs
	@tests/demo $(ARGS)

## make test       all tests; they boot their own machines
test: packages
	+@$(MAKE) -s -j$(JOBS) $(TESTED)
	@tests/run

## make test-full  the same, with the long forms: hours
test-full: packages
	+@$(MAKE) -s -j$(JOBS) $(TESTED)
	@tests/run -f

## make bench      what watching costs, beside other tools, what reading and
##                 growth do: build/bench
bench: packages
	+@$(MAKE) -s -j$(JOBS) programs
	@tests/bench/run

## make bench-quick  what watching costs alone, with fewer repeats: 3 minutes
bench-quick: packages
	+@$(MAKE) -s -j$(JOBS) programs
	@tests/bench/run --quick

## make style      the rules that a program can check
style:
	@tests/style/run

MODULES := $(DESTDIR)/lib/modules/$(KVER)/updates

# What is installed: files-DIRECTORY, below PREFIX. Each part adds its own.
files-bin += $(O)/futexwatch
files-include/linux += module/uapi/linux/futexwatch.h
files-share/futexwatch += $(wildcard tools/bpftrace/*.bt)
$(foreach n,1 3 4 7,$(eval files-share/man/man$n += $(wildcard man/*.$n)))
INSTALL_DIRS := bin include/linux include/futexsync include/futexwatch lib \
	lib/pkgconfig share/futexwatch $(foreach n,1 3 4 7,share/man/man$n)

define install_files
	install -D -m $(if $(filter bin,$(1)),755,644) \
		-t $(DESTDIR)$(PREFIX)/$(1) $(files-$(1))

endef

define uninstall_files
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/$(1)/,$(notdir $(files-$(1))))

endef

## make install    install under PREFIX (/usr/local) and DESTDIR; the module
##                 goes where modprobe finds it
install: all $(O)/futexsync.pc
	$(foreach d,$(INSTALL_DIRS),$(if $(files-$d),$(call install_files,$d)))
	ln -sf $(FUTEXSYNC_SONAME) $(DESTDIR)$(PREFIX)/lib/libfutexsync.so
	if [ -f $(MOD_DIR)/futexwatch.ko ]; then \
		install -D -m 644 $(MOD_DIR)/futexwatch.ko \
			$(MODULES)/futexwatch.ko; \
		[ -n "$(DESTDIR)" ] || depmod $(KVER); \
	fi
	[ -n "$(DESTDIR)" ] || ldconfig

## make uninstall  remove what install put there, and nothing else
uninstall:
	$(foreach d,$(INSTALL_DIRS),$(call uninstall_files,$d))
	rm -f $(DESTDIR)$(PREFIX)/lib/libfutexsync.so $(MODULES)/futexwatch.ko
	for dir in include/futexsync include/futexwatch share/futexwatch; do \
		dir=$(DESTDIR)$(PREFIX)/$$dir; \
		[ ! -d $$dir ] || rmdir --ignore-fail-on-non-empty $$dir; \
	done
	[ -n "$(DESTDIR)" ] || depmod $(KVER)

## make clean      remove everything that was built
clean:
	rm -rf $(O)

## make help       this list
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)
