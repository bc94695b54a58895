/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - what sort of lock it is */
#ifndef FUTEXWATCH_KIND_H
#define FUTEXWATCH_KIND_H

struct lock;
struct model;
struct sites;

/*
 * Settles the kinds of all locks from what is known of them: the calls that
 * were made, the type that debug information tells, the functions (@sites may
 * be NULL) that they were made from; else it is guessed from the values that
 * waiters expected and from who woke them.
 */
void kinds_settle(struct model *model, const struct sites *sites);

/* How its kind is known: told, guessed or unknown. */
const char *kind_evidence(const struct lock *lock);

/* @kind as it is called where only the promised words may stand. */
const char *kind_promised(const char *kind);

/* @word as one of the words that are used for kinds, or NULL. */
const char *kind_of_word(const char *word);

#endif /* FUTEXWATCH_KIND_H */
