// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: names read from outside, and from liars */

#include <futexwatch/lock_names.h>

#include <errno.h>
#include <sys/prctl.h>

#include "futexsync/name_table.h"
#include "futexwatch/lock_parts.h"
#include "sem_help.h"

static int named[4];

static struct futexwatch_lock_names *names_of(pid_t pid)
{
	struct futexwatch_lock_names *names = NULL;

	CHECK_EQ(futexwatch_lock_names_read(&names, pid), 0);
	return names;
}

static const char *name_at(const struct futexwatch_lock_names *names,
			   const void *address)
{
	const struct futexwatch_lock_name *name =
		futexwatch_lock_names_find(names, (uintptr_t)address);

	return name ? name->name : "(none)";
}

static bool is(const char *got, const char *want)
{
	if (CHECK(!strcmp(got, want)))
		return true;
	printf("#   got '%s', want '%s'\n", got, want);
	return false;
}

/* A child that has called @prepare and then stays until it is killed. */
static pid_t child_with(void (*prepare)(void *), void *arg)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready))
		abort();
	pid = fork();
	if (pid < 0)
		abort();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prepare(arg);
		if (write(ready[1], "", 1) != 1)
			abort();
		for (;;)
			pause();
	}
	close(ready[1]);
	CHECK_EQ(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void name_some(void *arg)
{
	(void)arg;
	CHECK_EQ(fname_set(&named[0], sizeof(int), "first"), 0);
	CHECK_EQ(fname_set(named, sizeof(named), "whole"), 0);
	CHECK_EQ(fname_set(&named[2], sizeof(int), "third"), 0);
	CHECK_EQ(fname_set(&named[3], sizeof(int), "gone"), 0);
	CHECK_EQ(fname_clear(&named[3], sizeof(int)), 1);
}

TEST(the_names_of_another_process_are_found)
{
	pid_t pid = child_with(name_some, NULL);
	struct futexwatch_lock_names *names = names_of(pid);
	const struct futexwatch_lock_name *name;

	REQUIRE(names != NULL);
	is(name_at(names, &named[0]), "first");
	is(name_at(names, &named[1]), "whole");
	is(name_at(names, &named[2]), "third");
	is(name_at(names, &named[3]), "whole");
	is(name_at(names, &named[4]), "(none)");
	CHECK_EQ(futexwatch_lock_names_count(names), 3);
	name = futexwatch_lock_names_at(names, 0);
	CHECK_EQ(name->size, sizeof(named));
	CHECK_EQ(name->source, FUTEXWATCH_NAME_DYNAMIC);
	CHECK_EQ(name->pid, pid);
	CHECK(!futexwatch_lock_names_at(names, 3));
	futexwatch_lock_names_free(names);
	end(pid);
}

TEST(bad_processes_are_told)
{
	struct futexwatch_lock_names *names;
	pid_t pid;

	CHECK_EQ(futexwatch_lock_names_read(&names, 0), -EINVAL);
	CHECK_EQ(futexwatch_lock_names_read(&names, -1), -EINVAL);
	CHECK_EQ(futexwatch_lock_names_read(NULL, 1), -EINVAL);
	pid = fork();
	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	CHECK_EQ(futexwatch_lock_names_read(&names, pid), -ESRCH);
}

struct shared {
	char pages[3 * 4096];
};

static void name_shared(void *arg)
{
	struct shared *mem = arg;

	CHECK_EQ(fname_set(&mem->pages[4096 + 8], 4, "in the second page"), 0);
	CHECK_EQ(fname_set(&named[0], 4, "private"), 0);
}

TEST(an_object_in_shared_memory_has_its_name_everywhere)
{
	struct shared *mem = map_shared(sizeof(*mem));
	pid_t pid = child_with(name_shared, mem);
	const struct futexwatch_lock_name *name;
	struct futexwatch_lock_names *names;
	char *moved;

	/* Now only the second page, and elsewhere than in the child. */
	moved = mremap(mem, sizeof(*mem), sizeof(*mem), MREMAP_MAYMOVE);
	REQUIRE(moved != MAP_FAILED);
	moved = mremap(moved + 4096, 0, 4096, MREMAP_MAYMOVE);
	REQUIRE(moved != MAP_FAILED);
	names = names_of(getpid());
	REQUIRE(names != NULL);
	is(name_at(names, moved + 8), "in the second page");
	is(name_at(names, moved + 12), "(none)");
	is(name_at(names, &mem->pages[4096 + 8]), "in the second page");
	is(name_at(names, &named[0]), "(none)");
	name = futexwatch_lock_names_find(names, (uintptr_t)moved + 8);
	CHECK(name && name->source == FUTEXWATCH_NAME_SHARED);
	CHECK(name && name->pid == pid);
	futexwatch_lock_names_free(names);
	end(pid);
	names = names_of(getpid());
	is(name_at(names, moved + 8), "(none)");
	futexwatch_lock_names_free(names);
	CHECK_EQ(munmap(mem, sizeof(*mem)), 0);
	CHECK_EQ(munmap(moved, 4096), 0);
}

static void name_and_unmap(void *arg)
{
	CHECK_EQ(fname_set(arg, 4, "of memory that is gone"), 0);
	CHECK_EQ(munmap(arg, 4096), 0);
}

TEST(names_of_unmapped_memory_are_not_told)
{
	void *mem = map_shared(4096);
	pid_t pid = child_with(name_and_unmap, mem);
	struct futexwatch_lock_names *names = names_of(pid);

	is(name_at(names, mem), "(none)");
	futexwatch_lock_names_free(names);
	end(pid);
	munmap(mem, 4096);
}

/* What a child puts where a table is expected. */
struct lie {
	struct name_table table;
	struct name_entry entries[8];
	size_t size; /* of the mapping */
	int prot;
};

static void tell_lie(void *arg)
{
	const struct lie *lie = arg;
	int fd = memfd_create(NAME_TABLE_FILE, 0);
	char *mem;

	if (fd < 0 || ftruncate(fd, (off_t)lie->size))
		abort();
	mem = mmap(NULL, lie->size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	if (mem == MAP_FAILED)
		abort();
	memcpy(mem, &lie->table,
	       sizeof(lie->table) + sizeof(lie->entries) < lie->size
		       ? sizeof(lie->table) + sizeof(lie->entries)
		       : lie->size);
	if (mprotect(mem, lie->size, lie->prot))
		abort();
}

static struct lie truth(void)
{
	struct lie lie = {
		.table = {
			.magic = NAME_TABLE_MAGIC,
			.version = NAME_TABLE_VERSION,
			.header_size = sizeof(struct name_table),
			.entry_size = sizeof(struct name_entry),
			.capacity = 8,
			.used = 2,
		},
		.size = 4096,
		.prot = PROT_READ | PROT_WRITE,
	};

	lie.entries[0].address = (uintptr_t)&named[0];
	lie.entries[0].len = 4;
	strcpy((char *)lie.entries[0].name, "true");
	lie.entries[1] = lie.entries[0];
	lie.entries[1].address = (uintptr_t)&named[1];
	return lie;
}

/* How many names a reader finds, and how often it was disturbed. */
static void expect(struct lie *lie, size_t count, uint64_t damaged)
{
	pid_t pid = child_with(tell_lie, lie);
	struct futexwatch_lock_names *names = names_of(pid);

	if (CHECK(names != NULL)) {
		CHECK_EQ(futexwatch_lock_names_count(names), count);
		CHECK_EQ(futexwatch_lock_names_loss(names)->damaged, damaged);
		futexwatch_lock_names_free(names);
	}
	end(pid);
}

TEST(a_table_that_others_have_made_is_read)
{
	struct lie lie = truth();

	expect(&lie, 2, 0);
	lie.prot = PROT_READ;
	expect(&lie, 2, 0);
	lie.table.magic = 0; /* not ready yet */
	expect(&lie, 0, 0);
}

TEST(headers_that_lie_are_not_believed)
{
	static const struct {
		size_t at;
		uint32_t value;
	} lies[] = {
		{ offsetof(struct name_table, magic), 1 },
		{ offsetof(struct name_table, version), 2 },
		{ offsetof(struct name_table, header_size), 0 },
		{ offsetof(struct name_table, header_size), 68 },
		{ offsetof(struct name_table, header_size), 0xffffffc0 },
		{ offsetof(struct name_table, entry_size), 0 },
		{ offsetof(struct name_table, entry_size), 80 },
		{ offsetof(struct name_table, entry_size), 0xfffffff8 },
		{ offsetof(struct name_table, capacity), 0xffffffff },
		{ offsetof(struct name_table, capacity), 47 },
		{ offsetof(struct name_table, used), 9 },
		{ offsetof(struct name_table, used), 0xffffffff },
	};
	size_t i;

	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct lie lie = truth();

		memcpy((char *)&lie.table + lies[i].at, &lies[i].value,
		       sizeof(lies[i].value));
		printf("# lie %zu\n", i);
		expect(&lie, 0, 1);
	}
}

TEST(a_larger_header_and_larger_entries_are_read)
{
	struct lie lie = truth();

	lie.table.header_size = 64 + 88;
	lie.table.entry_size = 2 * 88;
	lie.table.capacity = 3;
	lie.table.used = 3;
	lie.entries[3] = lie.entries[1];
	lie.entries[3].address += 4;
	expect(&lie, 2, 0); /* at 1 and 3; 5 is free */
}

TEST(entries_that_lie_are_left_out)
{
	struct lie lie = truth();

	lie.entries[1].seq = 7; /* for ever in the making */
	expect(&lie, 1, 1);
	lie = truth();
	memset(lie.entries[1].name, 'x', FNAME_MAX); /* without an end */
	expect(&lie, 1, 1);
	lie = truth();
	lie.entries[1].name[0] = 0;
	expect(&lie, 1, 1);
	lie = truth();
	lie.entries[1].len = UINT64_MAX;
	expect(&lie, 1, 1);
	lie = truth();
	lie.entries[1].address = UINT64_MAX - 1;
	expect(&lie, 1, 1);
	lie = truth();
	lie.entries[1].address = 8; /* nothing is mapped there */
	expect(&lie, 1, 0);
}

TEST(a_table_that_is_too_short_is_no_table)
{
	struct lie lie = truth();

	lie.size = 32; /* the rest of the page is zero */
	lie.table.entry_size = 0;
	expect(&lie, 0, 1);
}

static void expect_clean(const char *text, const char *want)
{
	char *clean = lock_text_clean(text);

	is(clean, want);
	free(clean);
}

TEST(text_becomes_fit_for_a_terminal)
{
	expect_clean("plain", "plain");
	expect_clean("", "");
	expect_clean("Schl\xc3\xbcssel \xe2\x82\xac \xf0\x9f\x94\x92",
		     "Schl\xc3\xbcssel \xe2\x82\xac \xf0\x9f\x94\x92");
	expect_clean("a\x1b[2Jb\nc\x7f", "a?[2Jb?c?");
	expect_clean("\xc2\x9b"
		     "31m",
		     "?31m"); /* CSI in one character */
	expect_clean("\xe2\x80\xae"
		     "evil",
		     "?evil"); /* turned around */
	expect_clean("\xff\xfe", "??");
	expect_clean("\xc0\x80", "??"); /* too long for what it says */
	expect_clean("\xed\xa0\x80", "???"); /* half of a pair */
	expect_clean("\xf4\x90\x80\x80", "????"); /* beyond Unicode */
	expect_clean("cut \xe2\x82", "cut ??");
}

static void *rename_thread(void *arg)
{
	char name[61] = "";
	unsigned int i;

	for (i = 0; !__atomic_load_n((bool *)arg, __ATOMIC_RELAXED); i++) {
		memset(name, 'a' + (char)(i % 26), 60);
		CHECK_EQ(fname_set(&named[0], 4, name), 0);
	}
	return NULL;
}

TEST(a_name_that_changes_meanwhile_is_whole_or_left_out)
{
	bool stop = false;
	pthread_t thread = start_thread(rename_thread, &stop);
	int found = 0;

	while (found < 300) {
		struct futexwatch_lock_names *names = names_of(getpid());
		const char *name = name_at(names, &named[0]);

		if (*name != '(') {
			char one[] = { *name, '\0' };

			CHECK_EQ(strspn(name, one), 60);
			found++;
		}
		futexwatch_lock_names_free(names);
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	join_thread(thread);
	CHECK_EQ(fname_clear(named, sizeof(named)), 1);
}
