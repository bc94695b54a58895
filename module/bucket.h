/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - the kernel's hash of a futex, and how far it is to be trusted
 *
 * The kernel picks the bucket of a futex by a hash of its key. That formula is
 * not promised to anybody, so it is proved: bucket = base + index * stride,
 * and with the right formula the base of a table comes out the same whatever
 * the key. A base that many different keys agree on is proved; one key that
 * does not ends that, and nothing is told until it is proved anew.
 */
#ifndef FXW_BUCKET_H
#define FXW_BUCKET_H

#include "leaf.h"

/* What the low bits of an offset tell: a key is of an inode, or of an mm. */
#define FXW_KEY_INODE	 1U
#define FXW_KEY_MMSHARED 2U

#define FXW_NO_NODE U32_MAX

/**
 * struct fxw_key - the kernel's name of a futex (union futex_key)
 * @ptr: private: the mm; else the number of the mm or the inode
 * @word: address of the page, or its number in the file
 * @offset: in the page, with one of FXW_KEY_* unless private
 * @node: NUMA node that the word asked for, or FXW_NO_NODE; not hashed
 */
struct fxw_key {
	u64 ptr;
	u64 word;
	u32 offset;
	u32 node;
};

static inline bool fxw_key_is_private(const struct fxw_key *key)
{
	return !(key->offset & (FXW_KEY_INODE | FXW_KEY_MMSHARED));
}

/* Jenkins' lookup3 for words of 32 bits, as the kernel's jhash2() is. */
static inline u32 fxw_bucket_rol(u32 v, unsigned int by)
{
	return v << by | v >> (32 - by);
}

static inline u32 fxw_bucket_final(u32 a, u32 b, u32 c)
{
	c = (c ^ b) - fxw_bucket_rol(b, 14);
	a = (a ^ c) - fxw_bucket_rol(c, 11);
	b = (b ^ a) - fxw_bucket_rol(a, 25);
	c = (c ^ b) - fxw_bucket_rol(b, 16);
	a = (a ^ c) - fxw_bucket_rol(c, 4);
	b = (b ^ a) - fxw_bucket_rol(a, 14);
	return (c ^ b) - fxw_bucket_rol(b, 24);
}

#define FXW_BUCKET_SEED 0xdeadbeefU

static inline u32 fxw_bucket_mix(u32 a, u32 c, unsigned int by)
{
	return (a - c) ^ fxw_bucket_rol(c, by);
}

/* In a global table: four words, three of which are mixed first. */
static inline u32 fxw_bucket_hash(const struct fxw_key *key)
{
	u32 c = FXW_BUCKET_SEED + 16 + key->offset;
	u32 a = c + (u32)key->ptr, b = c + (u32)(key->ptr >> 32);

	c += (u32)key->word;
	a = fxw_bucket_mix(a, c, 4);
	c += b;
	b = fxw_bucket_mix(b, a, 6);
	a += c;
	c = fxw_bucket_mix(c, b, 8);
	b += a;
	a = fxw_bucket_mix(a, c, 16);
	c += b;
	b = fxw_bucket_mix(b, a, 19);
	a += c;
	c = fxw_bucket_mix(c, b, 4);
	b += a;
	return fxw_bucket_final(a + (u32)(key->word >> 32), b, c);
}

/* In a table of one process: its address alone. */
static inline u32 fxw_bucket_hash_private(const struct fxw_key *key)
{
	u32 c = FXW_BUCKET_SEED + 8 + key->offset;

	return fxw_bucket_final(c + (u32)key->word, c + (u32)(key->word >> 32),
				c);
}

/**
 * struct fxw_shape - the global tables: one per NUMA node, all of one size
 * @order: log2 of the buckets in each
 * @stride: bytes from one bucket to the next
 * @nr_nodes: what a hash is divided by to pick a node; 1: there is one table
 * @node_of: the node for each remainder, @nr_nodes entries
 */
struct fxw_shape {
	u32 order;
	u32 stride;
	u32 nr_nodes;
	const u16 *node_of;
};

/* The node whose table has @key, whose hash is @hash. */
static inline u32 fxw_bucket_node(const struct fxw_shape *s,
				  const struct fxw_key *key, u32 hash)
{
	if (likely(s->nr_nodes == 1))
		return 0;
	if (key->node != FXW_NO_NODE)
		return key->node;
	return s->node_of[(hash >> s->order) % s->nr_nodes];
}

/* The bucket at @at in a table of @size that begins at @base, or UNKNOWN. */
static inline u32 fxw_bucket_index(u64 base, u64 at, u32 stride, u32 size)
{
	u64 off = at - base, index = off / stride;

	if (index >= size || index * stride != off)
		return FUTEXWATCH_BUCKET_UNKNOWN;
	return index;
}

/* What proves a base: so many waits in a row, of which so many different. */
#define FXW_TRUST_WAITS	    16U
#define FXW_TRUST_DIFFERENT 8U
#define FXW_TRUST_MOST	    (1U << 20)

/**
 * struct fxw_trust - what is known of where a table begins
 * @base: proved; 0: nothing is. Read without the lock: it is one word, and
 *	no other has to be read with it.
 * @lock: guards all below, and writes to @base. Raw, for it is taken under a
 *	bucket's lock, with preemption off. Nothing is taken under it.
 * @candidate: what the last waits had in common
 * @agreed: how many in a row
 * @need: how many prove it; each proof that was refuted doubles it, up to
 *	FXW_TRUST_MOST, so that a formula that holds but mostly is not believed
 * @seen: their indices, a bit each, modulo 64
 * @disagreed: waits that contradicted a candidate or a proof, ever
 * @lost: proofs that were refuted, ever
 */
struct fxw_trust {
	u64 base;
	raw_spinlock_t lock;
	u64 candidate;
	u32 agreed;
	u32 need;
	u64 seen;
	u64 disagreed;
	u64 lost;
};

void fxw_trust_init(struct fxw_trust *t);

static inline u64 fxw_trust_base(const struct fxw_trust *t)
{
	return READ_ONCE(t->base);
}

/*
 * A waiter was queued at @at, where by the formula bucket @index begins. One
 * that lies where a proved base has it needs no call. @at is counted from where
 * the table is sought: 0 never is its base. False: it contradicts what was there.
 */
bool fxw_trust_learn(struct fxw_trust *t, u64 at, u32 index, u32 stride);

/* A consistent copy, but for what is of use to fxw_trust_learn() only. */
void fxw_trust_read(struct fxw_trust *t, struct fxw_trust *copy);

#endif /* FXW_BUCKET_H */
