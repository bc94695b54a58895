/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - bench: instructions per operation */
#ifndef BENCH_GAUGE_H
#define BENCH_GAUGE_H

/**
 * struct gauge_op - something to be measured
 * @name: as the report calls it
 * @batch: operations between two looks at the clock
 * @begin: once before all batches, or NULL
 * @run: does @n operations; 0, or -errno when they did not do what they
 *	should, which spoils the measurement
 * @after: after each batch, not measured, or NULL
 * @end: once after all batches, or NULL
 */
struct gauge_op {
	const char *name;
	unsigned int batch;
	int (*begin)(void);
	int (*run)(unsigned int n);
	void (*after)(void);
	void (*end)(void);
};

/* Instructions per operation, over the batches; @mad: median deviation. */
struct gauge_result {
	double median;
	double min;
	double max;
	double mad;
};

/*
 * Keeps the caller on the first CPU, and everybody else but interrupts off it
 * (SCHED_FIFO). 0 or -errno.
 */
int gauge_have_cpu(void);

/* How many ticks of the clock that is used (TSC) are a microsecond. */
double gauge_ticks_per_us(void);

/* 0 or -errno of the operation. */
int gauge_measure(const struct gauge_op *op, unsigned int repeats,
		  struct gauge_result *result);

/* The end of a list has no name. */
extern const struct gauge_op gauge_calls[];
extern const struct gauge_op gauge_pairs[];
extern const struct gauge_op gauge_crowds[];

#endif /* BENCH_GAUGE_H */
