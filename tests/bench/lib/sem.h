/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - bench: the parts of the program about the semaphore */
#ifndef BENCH_LIB_SEM_H
#define BENCH_LIB_SEM_H

/* Two threads hand a token back and forth, on one CPU and on two. */
void pingpong(void);

/* Several threads want one token: who gets it how often. */
void fairness(void);

#endif /* BENCH_LIB_SEM_H */
