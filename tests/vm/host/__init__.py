# SPDX-License-Identifier: GPL-2.0-only
"""futexwatch - the host side of tests/vm/run."""
