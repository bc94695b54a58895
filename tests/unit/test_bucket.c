// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: the kernel's hash of a futex, and its proof */

#include "harness.h"

#include "bucket.h"
#include "bucket_vectors.h"
#include "random.h"

#define STRIDE 64
#define BASE   0xffff888001200000ULL

static struct fxw_trust trust;

/* A wait in the bucket that the formula says, of a table at @base. */
static bool agree(u64 base, u32 index)
{
	return fxw_trust_learn(&trust, base + (u64)index * STRIDE, index,
			       STRIDE);
}

static void agree_often(u64 base, u32 times, u32 different)
{
	u32 i;

	for (i = 0; i < times; i++)
		agree(base, i % different);
}

TEST(global_hash_is_that_of_running_kernels)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(global_vectors); i++) {
		const struct bucket_vector *v = &global_vectors[i];
		u32 hash = fxw_bucket_hash(&v->key);

		CHECK_EQ(hash & (v->size - 1), v->index);
	}
	CHECK(i >= 30);
}

TEST(private_hash_is_that_of_a_running_kernel)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(private_vectors); i++) {
		const struct bucket_vector *v = &private_vectors[i];
		u32 hash = fxw_bucket_hash_private(&v->key);

		CHECK_EQ(hash & (v->size - 1), v->index);
	}
	CHECK(i >= 10);
}

TEST(vectors_have_keys_of_all_kinds)
{
	u32 private = 0, mm = 0, inode = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(global_vectors); i++) {
		const struct fxw_key *key = &global_vectors[i].key;

		private += fxw_key_is_private(key);
		mm += !!(key->offset & FXW_KEY_MMSHARED);
		inode += !!(key->offset & FXW_KEY_INODE);
	}
	CHECK(private >= 5 && mm >= 5 && inode >= 5);
}

/* What the vectors of machines with one node cannot show. */
TEST(node_is_the_one_asked_for_or_from_bits_beyond_the_index)
{
	static const u16 two[] = { 0, 1 }, odd[] = { 1, 1, 3, 3 };
	struct fxw_shape s = { .order = 8, .nr_nodes = 2, .node_of = two };
	struct fxw_key key = { .node = FXW_NO_NODE };

	CHECK_EQ(fxw_bucket_node(&s, &key, 0x000000ff), 0);
	CHECK_EQ(fxw_bucket_node(&s, &key, 0x00000100), 1);
	CHECK_EQ(fxw_bucket_node(&s, &key, 0xfffffe00), 0);
	key.node = 1;
	CHECK_EQ(fxw_bucket_node(&s, &key, 0), 1);
	/* Of nodes 0 to 3 there are only 1 and 3. */
	s = (struct fxw_shape){ .order = 8, .nr_nodes = 4, .node_of = odd };
	key.node = FXW_NO_NODE;
	CHECK_EQ(fxw_bucket_node(&s, &key, 0x0000), 1);
	CHECK_EQ(fxw_bucket_node(&s, &key, 0x0200), 3);
	s = (struct fxw_shape){ .order = 8, .nr_nodes = 1, .node_of = two };
	CHECK_EQ(fxw_bucket_node(&s, &key, 0xffffffff), 0);
}

TEST(index_is_of_buckets_only_that_are_in_the_table)
{
	const u32 unknown = FUTEXWATCH_BUCKET_UNKNOWN;

	CHECK_EQ(fxw_bucket_index(BASE, BASE, STRIDE, 16), 0);
	CHECK_EQ(fxw_bucket_index(BASE, BASE + 15 * STRIDE, STRIDE, 16), 15);
	CHECK_EQ(fxw_bucket_index(BASE, BASE + 16 * STRIDE, STRIDE, 16),
		 unknown);
	CHECK_EQ(fxw_bucket_index(BASE, BASE - STRIDE, STRIDE, 16), unknown);
	CHECK_EQ(fxw_bucket_index(BASE, BASE + 1, STRIDE, 16), unknown);
	CHECK_EQ(fxw_bucket_index(BASE, BASE + STRIDE - 1, STRIDE, 16),
		 unknown);
	CHECK_EQ(fxw_bucket_index(BASE, 0, STRIDE, 16), unknown);
	/* Buckets of a kernel with lock debugging. */
	CHECK_EQ(fxw_bucket_index(BASE, BASE + 7 * 192, 192, 16), 7);
	CHECK_EQ(fxw_bucket_index(BASE, BASE + 7 * 64, 192, 16), unknown);
}

TEST(base_is_proved_by_sixteen_waits_in_eight_buckets)
{
	fxw_trust_init(&trust);
	CHECK_EQ(fxw_trust_base(&trust), 0);
	agree_often(BASE, 15, 16);
	CHECK_EQ(fxw_trust_base(&trust), 0);
	CHECK(agree(BASE, 99));
	CHECK_EQ(fxw_trust_base(&trust), BASE);
}

TEST(base_is_not_proved_by_few_buckets_however_often)
{
	fxw_trust_init(&trust);
	agree_often(BASE, 10000, 7);
	CHECK_EQ(fxw_trust_base(&trust), 0);
	CHECK(agree(BASE, 7));
	CHECK_EQ(fxw_trust_base(&trust), BASE);
}

TEST(one_wait_elsewhere_ends_the_proof_and_is_counted_once)
{
	struct fxw_trust seen;

	fxw_trust_init(&trust);
	agree_often(BASE, 16, 16);
	CHECK_EQ(fxw_trust_base(&trust), BASE);
	CHECK(!agree(BASE + STRIDE, 3));
	CHECK_EQ(fxw_trust_base(&trust), 0);
	CHECK(agree(BASE, 4));
	fxw_trust_read(&trust, &seen);
	CHECK_EQ(seen.disagreed, 1);
	CHECK_EQ(seen.lost, 1);
	CHECK_EQ(seen.agreed, 1);
}

TEST(each_lost_proof_doubles_what_the_next_one_takes)
{
	u32 round, i, need = 16;

	fxw_trust_init(&trust);
	for (round = 0; round < 20; round++) {
		for (i = 1; i < need; i++) {
			agree(BASE, i);
			REQUIRE(!fxw_trust_base(&trust));
		}
		agree(BASE, 0);
		REQUIRE(fxw_trust_base(&trust) == BASE);
		agree(BASE + 8, 0);
		need = min(2 * need, FXW_TRUST_MOST);
		REQUIRE(trust.need == need);
	}
	CHECK_EQ(need, FXW_TRUST_MOST);
	CHECK_EQ(trust.lost, 20);
}

TEST(wait_elsewhere_before_the_proof_starts_it_again)
{
	fxw_trust_init(&trust);
	agree_often(BASE, 15, 15);
	CHECK(!agree(BASE + STRIDE, 1));
	agree_often(BASE, 15, 15);
	CHECK_EQ(fxw_trust_base(&trust), 0);
	agree(BASE, 1);
	CHECK_EQ(fxw_trust_base(&trust), BASE);
	CHECK_EQ(trust.disagreed, 1);
	CHECK_EQ(trust.lost, 0);
	CHECK_EQ(trust.need, FXW_TRUST_WAITS);
}

/* Buckets at random: as if the formula had nothing to do with the kernel. */
TEST(wrong_formula_is_never_believed)
{
	struct random r = { 20261122 };
	u32 i, at, index;

	fxw_trust_init(&trust);
	for (i = 0; i < MANY(1000000); i++) {
		at = random_below(&r, 512);
		index = random_below(&r, 512);
		fxw_trust_learn(&trust, BASE + at * STRIDE, index, STRIDE);
		REQUIRE(!fxw_trust_base(&trust));
	}
	CHECK(trust.disagreed > i / 4);
}

/* Half as many buckets as there are: half of the waits are where it says. */
TEST(table_of_twice_the_size_is_never_believed_for_long)
{
	struct random r = { 6122026 };
	u32 i, index, proved = 0;

	fxw_trust_init(&trust);
	for (i = 0; i < MANY(1000000); i++) {
		index = random_below(&r, 512);
		fxw_trust_learn(&trust, BASE + index * STRIDE, index & 255,
				STRIDE);
		proved += fxw_trust_base(&trust) != 0;
	}
	CHECK(proved <= i / 1000);
}

TEST(base_of_nothing_is_none)
{
	fxw_trust_init(&trust);
	CHECK(!fxw_trust_learn(&trust, 5 * STRIDE, 5, STRIDE));
	agree_often(0, 100, 16);
	CHECK_EQ(fxw_trust_base(&trust), 0);
	CHECK_EQ(trust.disagreed, 101);
}
