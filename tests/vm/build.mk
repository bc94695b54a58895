# SPDX-License-Identifier: GPL-2.0-only
# The virtual machine: nothing to build here, it makes what it needs itself.

.PHONY: vm-selftest vm-kernels

vm-selftest:
	tests/vm/selftest

# Everything that is downloaded or built once, so that later runs are quick.
vm-kernels:
	@for k in 6.12 6.1 6.12-rt latest debug; do \
		tests/vm/run --kernel $$k -- true || exit; \
	done

## make vm-selftest  check the virtual machine's own promises
## make vm-kernels   fetch and build all kernels that the tests boot
