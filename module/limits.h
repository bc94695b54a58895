/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - every number that bounds something, in one place. */
#ifndef FXW_LIMITS_H
#define FXW_LIMITS_H

#define FXW_RING_MIN	 16U
#define FXW_RING_DEFAULT 8192U
#define FXW_RING_MAX	 (1U << 22) /* 512 MiB a CPU; max_mb is lower */

#define FXW_TABLE_MIN	  64U
#define FXW_TABLE_DEFAULT 8192U
#define FXW_TABLE_MAX	  (1U << 20)
#define FXW_TABLE_PROBES  32U /* slots looked at before "full" */

#define FXW_STACK_RECORDS_MIN	  8U
#define FXW_STACK_RECORDS_DEFAULT 256U
#define FXW_STACK_RECORDS_MAX	  65536U
#define FXW_STACK_RATE_DEFAULT	  1000U /* a second, on each CPU */
#define FXW_STACK_NEVER		  U64_MAX

#define FXW_FILTER_IDS 4096U /* processes, and threads */

#define FXW_WAKE_MS_DEFAULT 100U
#define FXW_WAKE_MS_MAX	    60000U

#define FXW_WAITERS_DEFAULT 32768U
#define FXW_WAITERS_MIN	    1024U
#define FXW_WAITERS_MAX	    (1U << 20)
#define FXW_WAITERS_PROBES  16U

/*
 * Words that tasks wait for in futex_waitv(2), and waits of io_uring, all
 * together; at most 65535.
 */
#define FXW_VECTOR_WORDS 4096U
#define FXW_VECTOR_MAX	 128U /* in one call, the kernel's own limit */
#define FXW_VECTOR_SETS	 1024U /* a power of two; places in each: */
#define FXW_VECTOR_WAYS	 8U

/* Requests of io_uring that are prepared and not issued yet, a power of two. */
#define FXW_IO_PREPARED 1024U
/* Words that these may hold before they are taken for gone. */
#define FXW_IO_HELD (FXW_VECTOR_WORDS / 4)

#define FXW_MAX_MB_DEFAULT 256U

#endif /* FXW_LIMITS_H */
