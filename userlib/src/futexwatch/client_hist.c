// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexwatch - client histogram: buckets and percentiles, knows no device */

#include <futexwatch/client.h>

#define FIRST_OCTAVE 7 /* values below 2^7 ns share bucket 0 */
#define LAST	     (FUTEXWATCH_HIST_BUCKETS - 1)

unsigned int futexwatch_hist_index(uint64_t ns)
{
	unsigned int log, i;

	if (ns >> FIRST_OCTAVE == 0)
		return 0;
	log = 63 - (unsigned int)__builtin_clzll(ns);
	i = 1 + 4 * (log - FIRST_OCTAVE) + (ns >> (log - 2) & 3);
	return i < LAST ? i : LAST;
}

uint64_t futexwatch_hist_lower(unsigned int i)
{
	if (i == 0)
		return 0;
	if (i > LAST)
		i = LAST;
	i--;
	return (4 + (uint64_t)(i & 3)) << (i / 4 + FIRST_OCTAVE - 2);
}

/* The last bucket is open at the top; all that is known there is the max. */
static uint64_t middle(unsigned int i, uint64_t max_ns)
{
	unsigned int octave = (i - 1) / 4;
	uint64_t ns;

	if (i == LAST)
		return max_ns;
	/* An octave has four: half of one is the eighth of its begin. */
	ns = i ? (9 + 2 * (uint64_t)((i - 1) & 3))
			     << (octave + FIRST_OCTAVE - 3)
	       : 1ULL << (FIRST_OCTAVE - 1);
	return ns < max_ns ? ns : max_ns;
}

/* How many there must be up to a bucket for it to be the one asked for. */
static uint64_t rank_of(double percent, uint64_t total)
{
	double rank = percent * (double)total / 100;
	uint64_t whole = rank > 0 ? (uint64_t)rank : 0;

	whole += (double)whole < rank;
	return whole ? whole : 1;
}

uint64_t futexwatch_hist_used_percentile(const uint32_t *hist,
					 const uint64_t *used, uint64_t total,
					 double percent, uint64_t max_ns)
{
	uint64_t rank = rank_of(percent, total), seen = 0, bits;
	unsigned int i = 0, word;

	for (word = 0; word < FUTEXWATCH_HIST_WORDS; word++) {
		for (bits = used[word]; bits; bits &= bits - 1) {
			i = 64 * word + (unsigned int)__builtin_ctzll(bits);
			seen += hist[i];
			if (seen >= rank)
				return middle(i, max_ns);
		}
	}
	/* Asked for more than 100 %: the last bucket that holds anything. */
	return total ? middle(i, max_ns) : 0;
}

uint64_t futexwatch_hist_percentile(const uint32_t *hist, double percent,
				    uint64_t max_ns)
{
	uint64_t used[FUTEXWATCH_HIST_WORDS] = { 0 }, total = 0;
	unsigned int i;

	for (i = 0; i < FUTEXWATCH_HIST_BUCKETS; i++) {
		if (!hist[i])
			continue;
		used[i / 64] |= 1ULL << (i & 63);
		total += hist[i];
	}
	return futexwatch_hist_used_percentile(hist, used, total, percent,
					       max_ns);
}
