// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: static names out of ELF files that lie */

#include <futexwatch/lock_names.h>

#include <elf.h>
#include <errno.h>

#include "futexwatch/lock_parts.h"
#include "random.h"
#include "sem_help.h"

/* A file of one page: header, one segment that is all of it, notes. */
struct note {
	uint32_t owner_len, len, type;
	char owner[12];
	uint64_t address __attribute__((packed));
	uint64_t size __attribute__((packed));
	char name[12];
};

struct image {
	Elf64_Ehdr head;
	Elf64_Phdr load;
	Elf64_Shdr sections[2];
	struct note notes[2];
	char rest[3000];
};

/* Linked at an address of its own, so that a wrong bias shows. */
#define LINKED 0x700000U
#define OBJECT offsetof(struct image, rest)

static struct note make_note(const char *name, uint64_t address)
{
	struct note n = {
		.owner_len = 10,
		.len = 28,
		.type = 1,
		.owner = "futexsync",
		.address = address,
		.size = 8,
	};

	strcpy(n.name, name);
	return n;
}

static struct image truth(void)
{
	struct image i = {
		.head = {
			.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64,
				     ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_DYN,
			.e_machine = EM_X86_64,
			.e_version = EV_CURRENT,
			.e_phoff = offsetof(struct image, load),
			.e_shoff = offsetof(struct image, sections),
			.e_ehsize = sizeof(Elf64_Ehdr),
			.e_phentsize = sizeof(Elf64_Phdr),
			.e_phnum = 1,
			.e_shentsize = sizeof(Elf64_Shdr),
			.e_shnum = 2,
		},
		.load = {
			.p_type = PT_LOAD,
			.p_flags = PF_R | PF_X,
			.p_vaddr = LINKED,
			.p_filesz = sizeof(struct image),
			.p_memsz = sizeof(struct image),
			.p_align = 4096,
		},
		.sections[1] = {
			.sh_type = SHT_NOTE,
			.sh_offset = offsetof(struct image, notes),
			.sh_size = sizeof(i.notes),
			.sh_addralign = 4,
		},
	};

	i.notes[0] = make_note("one", LINKED + OBJECT);
	i.notes[1] = make_note("two", LINKED + OBJECT + 64);
	return i;
}

/* Where images are mapped, known before. */
static char *place(void)
{
	static char *at;

	if (!at)
		at = mmap(NULL, sizeof(struct image), PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		abort();
	return at;
}

/* The names that this process has while the image is mapped into it. */
static struct futexwatch_lock_names *read_with(const struct image *image)
{
	char path[] = "/tmp/test_lock_static.XXXXXX";
	struct futexwatch_lock_names *names = NULL;
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, image, sizeof(*image)) != sizeof(*image))
		abort();
	if (mmap(place(), sizeof(*image), PROT_READ | PROT_EXEC,
		 MAP_PRIVATE | MAP_FIXED, fd, 0) != place())
		abort();
	CHECK_EQ(futexwatch_lock_names_read(&names, getpid()), 0);
	if (mmap(place(), sizeof(*image), PROT_NONE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != place())
		abort();
	close(fd);
	unlink(path);
	return names;
}

static bool named(const struct futexwatch_lock_names *names,
		  const void *address, const char *want)
{
	const struct futexwatch_lock_name *name =
		futexwatch_lock_names_find(names, (uintptr_t)address);

	return want ? name && !strcmp(name->name, want) : !name;
}

static void expect(const struct image *image, const char *one, const char *two,
		   uint64_t damaged)
{
	struct futexwatch_lock_names *names = read_with(image);

	if (!CHECK(names != NULL))
		return;
	CHECK(named(names, place() + OBJECT, one));
	CHECK(named(names, place() + OBJECT + 64, two));
	CHECK_EQ(futexwatch_lock_names_loss(names)->damaged, damaged);
	futexwatch_lock_names_free(names);
}

TEST(names_lie_where_the_file_is_mapped)
{
	struct image i = truth();

	expect(&i, "one", "two", 0);
}

TEST(notes_in_loaded_memory_have_the_addresses_of_memory)
{
	struct image i = truth();

	i.sections[1].sh_flags = SHF_ALLOC;
	i.sections[1].sh_addr = LINKED + offsetof(struct image, notes);
	expect(&i, NULL, NULL, 2);
	/* As the dynamic linker would leave them. */
	i.notes[0].address = (uintptr_t)place() + OBJECT;
	i.notes[1].address = (uintptr_t)place() + OBJECT + 64;
	expect(&i, "one", "two", 0);
	/* Where no memory is. */
	i.sections[1].sh_addr = 16 + LINKED - (uintptr_t)place();
	expect(&i, NULL, NULL, 1);
}

TEST(notes_that_lie_are_left_out)
{
	struct image i = truth();

	i.notes[0].address = LINKED + sizeof(struct image); /* behind it all */
	expect(&i, NULL, "two", 1);
	i = truth();
	i.notes[0].size = sizeof(struct image);
	expect(&i, NULL, "two", 1);
	i = truth();
	i.notes[0].size = UINT64_MAX;
	expect(&i, NULL, "two", 1);
	i = truth();
	i.notes[0].size = 0;
	expect(&i, NULL, "two", 1);
	i = truth();
	i.notes[0].name[0] = '\0';
	expect(&i, NULL, "two", 1);
	i = truth();
	memset(i.notes[0].name, 'x', sizeof(i.notes[0].name)); /* no end */
	expect(&i, NULL, "two", 1);
	i = truth();
	i.notes[0].address = 0; /* undefined to the linker: no lie */
	expect(&i, NULL, "two", 0);
	i = truth();
	i.notes[0].owner[0] = 'F'; /* of somebody else */
	expect(&i, NULL, "two", 0);
	i = truth();
	i.notes[0].type = 2;
	expect(&i, NULL, "two", 0);
	i = truth();
	i.notes[0].len = 0xfffffff0;
	expect(&i, NULL, NULL, 0);
	i = truth();
	i.notes[0].owner_len = 0xffffffff;
	expect(&i, NULL, NULL, 0);
	i = truth();
	i.notes[0].len = 16; /* no name; what follows is read as a note */
	expect(&i, NULL, NULL, 1);
}

TEST(files_that_lie_are_left_out)
{
	struct image i = truth();

	i.head.e_shnum = 0; /* it stands in the first section, as it says */
	i.sections[0].sh_size = 1ULL << 40;
	expect(&i, NULL, NULL, 0);
	i = truth();
	i.head.e_phnum = PN_XNUM;
	i.sections[0].sh_info = 0xffffffff;
	expect(&i, NULL, NULL, 0);
	i = truth();
	i.head.e_shoff = UINT64_MAX - 8;
	expect(&i, NULL, NULL, 0);
	i = truth();
	i.head.e_ident[EI_DATA] = ELFDATA2MSB;
	expect(&i, NULL, NULL, 0);
	i = truth();
	i.load.p_flags = PF_R; /* then what was mapped to execute? */
	expect(&i, NULL, NULL, 0);
	i = truth();
	i.sections[1].sh_size = 1ULL << 32;
	expect(&i, NULL, NULL, 0);
	i = truth();
	i.sections[1].sh_offset = 1ULL << 40;
	expect(&i, NULL, NULL, 1);
	i = truth();
	i.sections[1].sh_size = 4; /* too short for a note */
	expect(&i, NULL, NULL, 0);
}

/* Whatever comes: no crash, no endless loop; the sanitizers look on. */
TEST(random_damage_does_no_harm)
{
	struct random random = { 20261121 };
	uint32_t len = offsetof(struct image, rest);
	int round, k;

	for (round = 0; round < 1500; round++) {
		struct futexwatch_lock_names *names;
		struct image i = truth();

		for (k = 0; k < 4; k++)
			((unsigned char *)&i)[random_below(&random, len)] =
				(unsigned char)random_below(&random, 256);
		names = read_with(&i);
		REQUIRE(names != NULL);
		futexwatch_lock_names_free(names);
	}
}
