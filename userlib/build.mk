# SPDX-License-Identifier: LGPL-2.1-or-later
# The user-space libraries: futexsync, and the client of the device.

.PHONY: userlib
userlib:
all: userlib

include userlib/futexsync.mk
-include userlib/client.mk

## make userlib    build the user-space libraries and their examples
