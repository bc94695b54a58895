#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - tests of tools/bpftrace: hash buckets, which no two kernels keep
# in the same way: what bpftrace finds there, and what the command shows
set -u

tests/witness/buckets.sh
status=$?
tests/cli/collision_live.sh && exit $status
