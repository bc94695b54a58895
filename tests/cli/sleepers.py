#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: threads that fall asleep one after another
#
# usage: sleepers.py COUNT
"""Prints "ready PID", reads a line, lets COUNT threads wait on one word, each
after the one before sleeps, prints "asleep TID...", reads a line, wakes them
all with one call, and prints "woken N"."""
import ctypes
import sys
import threading
import time
import os

FUTEX, WAIT, WAKE = 202, 128, 129
word = ctypes.c_uint32(0)
libc = ctypes.CDLL(None, use_errno=True)
tids = []


def sleep_there():
    tids.append(threading.get_native_id())
    libc.syscall(FUTEX, ctypes.byref(word), WAIT, 0, None, None, 0)


def is_asleep(tid):
    with open(f"/proc/self/task/{tid}/syscall", encoding="ascii") as file:
        text = file.read().split()
    return (len(text) > 1 and text[0] == str(FUTEX) and
            int(text[1], 16) == ctypes.addressof(word))


print("ready", os.getpid(), flush=True)
sys.stdin.readline()
threads = []
for i in range(int(sys.argv[1])):
    threads.append(threading.Thread(target=sleep_there))
    threads[i].start()
    while len(tids) <= i or not is_asleep(tids[i]):
        time.sleep(0.001)
print("asleep", *tids, flush=True)
sys.stdin.readline()
n = libc.syscall(FUTEX, ctypes.byref(word), WAKE, 1 << 30, None, None, 0)
for thread in threads:
    thread.join()
print("woken", n, flush=True)
