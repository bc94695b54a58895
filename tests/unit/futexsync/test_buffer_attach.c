// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: a bounded buffer that another process has made */

#include "buffer_help.h"

TEST(attach_takes_only_a_whole_shared_buffer)
{
	size_t len = (size_t)bb_size_needed(3, 8);
	struct bb *bb = map_shared(len);

	CHECK_EQ(bb_attach(bb, len), -EPROTO); /* nobody was here */
	CHECK_EQ(bb_init(bb, len, 3, 8, false), 0);
	CHECK_EQ(bb_attach(bb, len), -EPROTO); /* it is private */
	CHECK_EQ(bb_init(bb, len, 3, 8, true), 0);
	CHECK_EQ(bb_attach(bb, len), 0);
	CHECK_EQ(bb_init_with(bb, len, 3, 8, BB_SHARED | BB_ROBUST), 0);
	CHECK_EQ(bb_attach(bb, len), 0);
	CHECK_EQ(bb_attach(bb, len + 1), 0);
	CHECK_EQ(bb_attach(bb, len - 1), -EPROTO);
	CHECK_EQ(bb_attach(bb, AT_ELEMENTS - 1), -EINVAL);
	CHECK_EQ(bb_attach(at(bb, 8), len), -EINVAL);
	CHECK_EQ(bb_destroy(bb), 0);
	CHECK_EQ(bb_attach(bb, len), -EPROTO);
	munmap(bb, len);
}

TEST(attach_refuses_each_field_that_is_wrong)
{
	static const struct {
		size_t at;
		size_t bytes;
		uint64_t value;
	} wrong[] = {
		{ 0, 4, 0 },
		{ 0, 4, 0x12345678 },
		{ AT_VERSION, 4, 0 },
		{ AT_VERSION, 4, 1 },
		{ AT_VERSION, 4, 3 },
		{ AT_HEADER, 4, AT_ELEMENTS - 8 },
		{ AT_FLAGS, 4, 0 },
		{ AT_FLAGS, 4, 2 },
		{ AT_FLAGS, 4, 5 },
		{ AT_FLAGS, 4, 0x101 },
		{ AT_CAPACITY, 8, 0 },
		{ AT_CAPACITY, 8, 4 },
		{ AT_CAPACITY, 8, 1ULL << 32 | 3 },
		{ AT_CAPACITY, 8, UINT64_MAX },
		{ AT_ELEM, 8, 0 },
		{ AT_ELEM, 8, 9 },
		{ AT_ELEM, 8, 1ULL << 32 | 8 },
		{ AT_ELEM, 8, UINT64_MAX },
		{ AT_SIZE, 8, AT_ELEMENTS },
		{ AT_SIZE, 8, UINT64_MAX },
		{ AT_HEAD, 4, 6 },
		{ AT_TAIL, 4, UINT32_MAX },
	};
	size_t len = (size_t)bb_size_needed(3, 8);
	struct bb *bb = map_shared(len);
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		CHECK_EQ(bb_init(bb, len, 3, 8, true), 0);
		CHECK_EQ(bb_attach(bb, len), 0);
		memcpy(at(bb, wrong[i].at), &wrong[i].value, wrong[i].bytes);
		if (!CHECK_EQ(bb_attach(bb, len), -EPROTO))
			printf("#   line %zu of the table\n", i);
	}
	munmap(bb, len);
}

static void echo_elsewhere(void *fd)
{
	size_t len = (size_t)bb_size_needed(1, sizeof(int));
	struct bb *bb = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED,
			     *(int *)fd, 0);
	int v = 0;

	REQUIRE(bb != MAP_FAILED);
	REQUIRE(CHECK_EQ(bb_attach(bb, len), 0));
	CHECK_EQ(bb_get(bb, &v), 0);
	CHECK_EQ(v, 42);
}

/* The parent's mapping is inherited too: the child's own lies elsewhere. */
TEST(attached_at_another_address_it_is_the_same_buffer)
{
	size_t len = (size_t)bb_size_needed(1, sizeof(int));
	int fd = memfd_create("bb", MFD_CLOEXEC);
	struct bb *bb;
	int v = 42;
	pid_t pid;

	REQUIRE(fd >= 0 && !ftruncate(fd, (off_t)len));
	bb = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	REQUIRE(bb != MAP_FAILED);
	CHECK_EQ(bb_init(bb, len, 1, sizeof(int), true), 0);
	pid = start_child(echo_elsewhere, &fd);
	CHECK_EQ(bb_put(bb, &v), 0);
	CHECK_EQ(bb_put(bb, &v), 0); /* waits for the child */
	join_child(pid);
	CHECK_EQ(bb_count(bb), 1);
	CHECK_EQ(bb_destroy(bb), 0);
	munmap(bb, len);
	close(fd);
}
