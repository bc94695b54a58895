// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - cli tests: from addresses to names, in this very process */

#include "harness.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <unistd.h>

#include "maps.h"
#include "names.h"

/* Words to be found: in .data, in .bss, in an array, and no symbol at all. */
extern int names_word_in_data;
extern int names_word_in_bss;
extern int names_words[4];
int names_word_in_data = 1;
int names_word_in_bss;
int names_words[4];

static struct procs *procs;
static struct resolver *resolver;
static struct names *names;

static void open_names(void)
{
	procs = procs_new(true);
	resolver = resolver_new(true);
	names = names_new(procs, resolver);
}

static void close_names(void)
{
	names_free(names);
	resolver_free(resolver);
	procs_free(procs);
}

static const struct name *name_of(const void *p)
{
	return names_get(names, (uint32_t)getpid(), 1, (uintptr_t)p);
}

static bool is(const char *got, const char *want)
{
	if (!strcmp(got, want))
		return true;
	printf("# got '%s', want '%s'\n", got, want);
	return false;
}

TEST(data_is_named_by_its_symbol)
{
	open_names();
	CHECK(is(name_of(&names_word_in_data)->name, "names_word_in_data"));
	CHECK(is(name_of(&names_word_in_bss)->name, "names_word_in_bss"));
	CHECK(is(name_of(&names_words[2])->name, "names_words+0x8"));
	CHECK(strstr(name_of(&names_words[2])->object, "test_names"));
	close_names();
}

/* What has members, and members of members. */
struct pool {
	int users;
	union {
		long word;
		struct {
			sem_t items;
			pthread_mutex_t locks[2][3];
		};
	};
};

extern struct pool names_pools[3];
struct pool names_pools[3];

static const struct name *member_of(const void *p)
{
	name_of(p);
	names_settle(names, 60000000000ULL);
	return name_of(p);
}

static bool is_kind(const struct name *name, const char *kind)
{
	return is(name->kind ? name->kind : "", kind);
}

TEST(debug_information_names_the_member_and_its_kind)
{
	const struct name *name;

	open_names();
	name = member_of(&names_pools[1].locks[1][2]);
	CHECK(is(name->name, "names_pools[1].locks[1][2]"));
	CHECK(is_kind(name, "mutex"));
	name = member_of(&names_pools[2].items);
	CHECK(is_kind(name, ""));
	CHECK(is(name->name, "names_pools[2].word"));
	name = member_of((char *)&names_pools[0] + 2);
	CHECK(is(name->name, "names_pools[0].users+0x2"));
	name = member_of(&names_word_in_data);
	CHECK(is(name->name, "names_word_in_data"));
	close_names();
}

TEST(a_variable_of_a_function_goes_without_its_number)
{
	static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
	const struct name *name;

	open_names();
	name = member_of(&filled);
	CHECK(is(name->name, "filled"));
	CHECK(is_kind(name, "condvar"));
	close_names();
}

#define PAGE 4096

/* A page in the middle with other rights makes three mappings of one .bss. */
TEST(bss_that_was_cut_up_is_named_by_its_symbols)
{
	static _Alignas(PAGE) char cut[3 * PAGE];

	CHECK_EQ(mprotect(cut + PAGE, PAGE, PROT_NONE), 0);
	open_names();
	CHECK(!strncmp(name_of(cut + 64)->name, "cut", 3));
	CHECK(!strncmp(name_of(cut + 2 * PAGE + 64)->name, "cut", 3));
	close_names();
	CHECK_EQ(mprotect(cut + PAGE, PAGE, PROT_READ | PROT_WRITE), 0);
}

TEST(stack_and_mappings_are_named_by_kind)
{
	int word;
	char *anon = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *shared = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	open_names();
	CHECK(!strncmp(name_of(anon + 64)->name, "anon+0x", 7));
	CHECK(is(name_of(anon + 64)->object, "anon"));
	CHECK(is(name_of(shared + 64)->name, "anon_shmem+0x40"));
#ifndef __SANITIZE_ADDRESS__
	CHECK(is(name_of(&word)->object, "[stack]"));
#endif
	(void)word;
	close_names();
	munmap(anon, 8192);
	munmap(shared, 8192);
}

TEST(shared_memory_is_named_by_file_and_offset)
{
	int fd = memfd_create("a ring\nof words", 0);
	char *map;

	REQUIRE(fd >= 0 && !ftruncate(fd, 8192));
	map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	open_names();
	CHECK(is(name_of(map + 4100)->name,
		 "memfd:a ring\\012of words+0x1004"));
	close_names();
	munmap(map, 8192);
	close(fd);
}

TEST(what_is_not_mapped_keeps_its_address)
{
	open_names();
	CHECK(is(name_of((void *)0x10)->name, "0x10"));
	CHECK(is(name_of((void *)0x10)->object, ""));
	CHECK(is(names_get(names, 4194000, 2, 0x20)->name,
		 "0x20 (process gone)"));
	close_names();
}

TEST(a_recording_says_names_of_any_shape)
{
	const struct name odd = { .name = "f(int, char)::lock+0x8",
				  .object = "/opt/a \\b/c d" };
	char *line = names_line(0xabc0, &odd);

	procs = procs_new(false);
	resolver = resolver_new(false);
	names = names_new(procs, resolver);
	names_set_line(names, 5, line);
	CHECK(is(names_get(names, 5, 77, 0xabc0)->name, odd.name));
	CHECK(is(names_get(names, 5, 77, 0xabc0)->object, odd.object));
	/* Nonsense is left out. */
	names_set_line(names, 5, "");
	names_set_line(names, 5, "0x10");
	names_set_line(names, 5, "0x10 only");
	names_set_line(names, 5, "0x10 object ");
	CHECK(is(names_get(names, 5, 77, 0x10)->name, "0x10"));
	free(line);
	close_names();
}

static bool same_place(struct place a, struct place b)
{
	return a.shared && b.shared && a.device == b.device &&
	       a.inode == b.inode && a.offset == b.offset && a.ipc == b.ipc;
}

/* Segment 3, and a memfd with inode 3, on the kernel's own tmpfs. */
TEST(places_are_told_apart)
{
	static const char text[] =
		"1000-3000 rw-s 00000000 00:01 3   /SYSV00000000 (deleted)\n"
		"3000-5000 rw-s 00000000 00:01 3   /memfd:x (deleted)\n"
		"5000-7000 rw-s 00001000 00:01 3   /memfd:x (deleted)\n"
		"7000-9000 rw-p 00000000 00:01 3   /memfd:x (deleted)\n"
		"9000-a000 rw-s 00000000 00:01 0   /SYSV00000000 (deleted)\n"
		"a000-b000 rw-p 00000000 00:00 0\n";
	struct maps *one = maps_parse(text), *other = maps_parse(text);
	struct place place;

	CHECK(same_place(maps_place(one, 0x4008), maps_place(one, 0x5008)));
	CHECK(same_place(maps_place(one, 0x3008), maps_place(other, 0x3008)));
	CHECK(!same_place(maps_place(one, 0x3008), maps_place(one, 0x300c)));
	CHECK(!maps_place(one, 0x7008).shared);
	CHECK(!maps_place(one, 0xa008).shared);
	CHECK(!maps_place(one, 0xb008).shared);
	CHECK(!maps_place(one, 0x1008).shared); /* whose segment 3? */
	one->ipc = 101;
	other->ipc = 102;
	place = maps_place(one, 0x1008);
	CHECK(same_place(place, place));
	CHECK(!same_place(place, maps_place(one, 0x3008)));
	CHECK(!same_place(place, maps_place(other, 0x1008)));
	CHECK(maps_place(one, 0x9008).shared);
	maps_free(one);
	maps_free(other);
}

TEST(maps_of_any_shape_are_parsed)
{
	struct maps *maps = maps_parse(
		"1000-2000 r-xp 00000000 08:01 5   /bin/x y\n"
		"nonsense\n"
		"3000-2000 rw-p 00000000 00:00 0 \n"
		"1800-1900 rw-p 00000000 00:00 0 \n"
		"4000-5000 rw-p 00000010 fe:10 99                  [heap]\n"
		"5000-6000 rw-p 00000000 00:00 0");
	const struct mapping *m;

	CHECK_EQ(maps->nr, 3);
	m = maps_find(maps, 0x1800);
	CHECK(m && is(m->path, "/bin/x y") && m->exec && !m->write);
	m = maps_find(maps, 0x4fff);
	CHECK(m && is(m->path, "[heap]") && m->write);
	CHECK_EQ(m->device, 0xfe00000010ULL);
	m = maps_find(maps, 0x5000);
	CHECK(m && is(m->path, ""));
	CHECK(!maps_find(maps, 0xfff));
	CHECK(!maps_find(maps, 0x2000));
	CHECK(!maps_find(maps, 0x6000));
	CHECK(!maps_find(NULL, 0x6000));
	maps_free(maps);
}
