#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - in-tree.sh TREE DIR COMMAND...: run a command inside another
# Debian's tree, where DIR (when not empty) is seen at its own place.
#
# To be run in a mount name space of its own: the mounts go with the process.
set -e

tree=$1
dir=$2
shift 2

if [ -n "$dir" ]; then
	mkdir -p "$tree$dir"
	mount --bind "$dir" "$tree$dir"
fi
mount --rbind /dev "$tree/dev"
mount -t proc proc "$tree/proc"
exec chroot "$tree" "$@"
