/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - what the kernel tells of processes as it happens, through perf */
#ifndef FUTEXWATCH_SIDEBAND_H
#define FUTEXWATCH_SIDEBAND_H

#include <stddef.h>
#include <stdint.h>

/*
 * /proc tells of a process while it lives. Of one that lives for a millisecond
 * it tells nothing, and of one that became another program only what it is
 * now. perf_event_open(2) has both: births, names, and each mapping, in memory
 * that is read when there is time.
 */
struct sideband;

/* From now on, of all processes; NULL where that is not permitted. */
struct sideband *sideband_open(void);
void sideband_free(struct sideband *sideband);

/* For poll(2): readable when it is time to drain it. */
int sideband_fd(const struct sideband *sideband);

/* Takes in what there is; the kernel's memory for it is small. */
void sideband_drain(struct sideband *sideband);

/*
 * The mappings, as text of the form of /proc/PID/maps, that process @pid had
 * made by the time @ns since it began the program it ran then; NULL: not known.
 * *@over: it runs another program by now, or none. *@exe: the program's path;
 * both are the caller's to free.
 */
char *sideband_maps(const struct sideband *sideband, uint32_t pid, uint64_t ns,
		    int *over, char **exe);

/* When the process began that program; 0: not known. */
uint64_t sideband_begin(const struct sideband *sideband, uint32_t pid,
			uint64_t ns);

/* How much was lost because nobody came to drain it. */
uint64_t sideband_lost(const struct sideband *sideband);

/*
 * For tests: one without the kernel, and the records as it would find them when
 * it looks at @ns. Later ones are kept for the next time.
 */
struct sideband *sideband_new(void);
void sideband_take(struct sideband *sideband, const void *records, size_t len,
		   uint64_t ns);

#endif /* FUTEXWATCH_SIDEBAND_H */
