/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - a child that unwinds, and the queue to it */
#ifndef FUTEXWATCH_SITE_HELPER_H
#define FUTEXWATCH_SITE_HELPER_H

#include <stdbool.h>

#include "site_wire.h"

/*
 * Unwinding takes longer than taking stacks, and reads what strangers wrote:
 * their programs' debug information and their stacks. A child does it, and
 * nobody waits for it. What it has no time for is refused here.
 */
struct helper;

/* @take gets each answer: the frames, and their text with a 0 at its end. */
struct helper *helper_new(void (*take)(const struct site_head *head,
				       const struct site_frame *frames,
				       const char *text, void *arg),
			  void *arg);
void helper_free(struct helper *h);

/* Whether there is room for another stack. */
bool helper_has_room(const struct helper *h);

/* To the child; without room, or a child, nothing happens: false. */
bool helper_maps(struct helper *h, uint64_t space, uint32_t pid,
		 const struct maps *maps);
bool helper_stack(struct helper *h, uint64_t space, uint32_t ticket,
		  const __u64 *regs, const void *bytes, uint32_t len);

/*
 * Sends and receives what goes without waiting. False: the child has died, or
 * was ended because it hung; what it was asked is lost, and a new one, which
 * knows no mappings, is there. After some such deaths it is not replaced.
 */
bool helper_pump(struct helper *h);

/* Stacks that are not answered. */
uint32_t helper_asked(const struct helper *h);

/* Waits until something can be sent or received, or for a moment. */
void helper_wait(const struct helper *h, int ms);

#endif /* FUTEXWATCH_SITE_HELPER_H */
