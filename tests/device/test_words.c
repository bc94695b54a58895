// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: which bucket a word belongs to, and when not */

#include "harness.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "../programs/worker.h"
#include "buckets.h"

#define PAGE 4096

static struct futexwatch_word word_at(const void *address, uint32_t flags)
{
	return (struct futexwatch_word){
		.address = (uintptr_t)address,
		.pid = (uint32_t)getpid(),
		.flags = flags,
	};
}

static uint32_t status_of(struct futexwatch_word w)
{
	must_find(&w, 1);
	if (w.status) {
		CHECK_EQ(w.bucket, FUTEXWATCH_BUCKET_UNKNOWN);
		CHECK_EQ(w.table, FUTEXWATCH_TABLE_UNKNOWN);
		CHECK_EQ(w.table_order, 0);
		CHECK_EQ(w.waiters, 0);
	}
	return w.status;
}

static void prove_all(struct session *s)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_TABLE);
	struct worker w;

	session_begin(s, &cfg);
	worker_start(&w);
	worker_end(&w);
	prove();
}

TEST(words_that_cannot_be_are_einval)
{
	static uint32_t word;
	struct futexwatch_word w = word_at(&word, FUTEXWATCH_F_PRIVATE);

	w.address += 2;
	CHECK_EQ(status_of(w), EINVAL);
	w = word_at(&word, FUTEXWATCH_F_SHARED);
	CHECK_EQ(status_of(w), EINVAL);
	w = word_at(&word, 0);
	w.address = 1ULL << 63;
	CHECK_EQ(status_of(w), EINVAL);
	w = word_at(&word, 0);
	w.node = 1;
	CHECK_EQ(status_of(w), EINVAL);
	w = word_at(&word, FUTEXWATCH_WORD_NODE);
	w.node = 100000;
	CHECK_EQ(status_of(w), EINVAL);
}

TEST(words_of_no_process_are_esrch)
{
	static uint32_t word;
	struct futexwatch_word w = word_at(&word, 0);
	siginfo_t info;

	w.pid = 0x7fffffff;
	CHECK_EQ(status_of(w), ESRCH);
	w.pid = 0;
	CHECK_EQ(status_of(w), ESRCH);
	/* A process that has ended, and is there until it is waited for. */
	w.pid = (uint32_t)fork();
	if (!w.pid)
		_exit(0);
	CHECK_EQ(waitid(P_PID, w.pid, &info, WEXITED | WNOWAIT), 0);
	CHECK_EQ(status_of(w), ESRCH);
	CHECK_EQ(waitpid((pid_t)w.pid, NULL, 0), (pid_t)w.pid);
}

TEST(shared_words_of_no_writable_memory_are_efault)
{
	struct session s;
	char *two = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	prove_all(&s);
	munmap(two + PAGE, PAGE);
	mprotect(two, PAGE, PROT_READ);
	CHECK_EQ(status_of(word_at(two, 0)), EFAULT);
	CHECK_EQ(status_of(word_at(two + PAGE, 0)), EFAULT);
	/* For a private one the kernel hashes the address, whatever is there. */
	CHECK_EQ(status_of(word_at(two + PAGE, FUTEXWATCH_F_PRIVATE)), 0);
	munmap(two, PAGE);
	session_close(&s);
}

TEST(file_has_no_bucket_until_the_kernel_has_numbered_it)
{
	struct futexwatch_word w;
	struct session s;
	uint32_t *word;
	int fd = memfd_create("words", 0);

	prove_all(&s);
	REQUIRE(fd >= 0 && ftruncate(fd, PAGE) == 0);
	word = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	w = word_at(word, 0);
	CHECK_EQ(status_of(w), ENODATA);
	worker_shared = true;
	expect_call(0, CALL(.word = word, .op = FUTEX_WAKE, .val = 1));
	worker_shared = false;
	CHECK_EQ(status_of(w), 0);
	munmap(word, PAGE);
	close(fd);
	session_close(&s);
}

/* One file, mapped twice, at another page, and in a child. */
TEST(shared_word_has_one_bucket_wherever_it_is_mapped)
{
	struct futexwatch_word w[3];
	uint32_t *one, *two;
	struct session s;
	int fd = memfd_create("words", 0), i;
	pid_t pid;

	prove_all(&s);
	REQUIRE(fd >= 0 && ftruncate(fd, 2 * PAGE) == 0);
	one = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	two = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, PAGE);
	wait_a_moment(AREA_MEMFD, &one[PAGE / 4 + 7]);
	pid = fork();
	if (!pid) {
		pause();
		_exit(0);
	}
	w[0] = word_at(&one[PAGE / 4 + 7], 0);
	w[1] = word_at(&two[7], 0);
	w[2] = w[0];
	w[2].pid = (uint32_t)pid;
	must_find(w, 3);
	for (i = 0; i < 3; i++) {
		CHECK_EQ(w[i].status, 0);
		CHECK_EQ(w[i].bucket, w[0].bucket);
		CHECK_EQ(w[i].table, w[0].table);
	}
	kill(pid, SIGKILL);
	CHECK_EQ(waitpid(pid, NULL, 0), pid);
	close(fd);
	session_close(&s);
}

TEST(call_checks_count_and_pointers)
{
	struct futexwatch_word w = word_at(&w, FUTEXWATCH_F_PRIVATE);
	struct futexwatch_words call = {
		.size = sizeof(call),
		.count = 1,
		.item_size = sizeof(w),
		.words = (uintptr_t)&w,
	};
	int fd = must_open();

	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_WORDS, &call), 0);
	call.words = 8;
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_WORDS, &call), -EFAULT);
	call.words = (uintptr_t)&w;
	call.count = 65537;
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_WORDS, &call), -E2BIG);
	call.count = 1;
	call.item_size = sizeof(w) - 1;
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_WORDS, &call), -EINVAL);
	call.item_size = sizeof(w);
	call.pad = 1;
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_WORDS, &call), -EINVAL);
	close(fd);
}

TEST(bases_are_written_as_far_as_there_is_room)
{
	struct futexwatch_base bases[64];
	struct futexwatch_buckets b = must_ask(NULL, 0);
	int fd = must_open();

	memset(bases, 0x55, sizeof(bases));
	b.count = b.count < 64 ? b.count - 1 : 63;
	b.bases = (uintptr_t)bases;
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_BUCKETS, &b), 0);
	CHECK_EQ(bases[b.count - 1].table, 0x55555555);
	b.count = 1;
	b.bases = 8;
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_BUCKETS, &b), -EFAULT);
	b.item_size--;
	CHECK_EQ(device_call(fd, FUTEXWATCH_IOC_BUCKETS, &b), -EINVAL);
	close(fd);
}
