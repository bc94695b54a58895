// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - a process whose threads wait or are waited for */

#include "party.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "thread.h"

uint32_t *party_numbers(const char *path, size_t *nr)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	uint32_t *list = NULL;

	*nr = 0;
	if (!dir)
		return NULL;
	while ((entry = readdir(dir))) {
		unsigned long n = strtoul(entry->d_name, NULL, 10);

		if (!n)
			continue;
		list = mem_grow(list, *nr, sizeof(*list));
		list[(*nr)++] = (uint32_t)n;
	}
	closedir(dir);
	return list;
}

/* Which calls and layouts it has follows from the file it runs. */
static enum abi read_abi(uint32_t eye)
{
	unsigned char head[20] = { 0 };
	enum abi abi = ABI_64;
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/%u/exe", eye);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return abi;
	if (read(fd, head, sizeof(head)) == sizeof(head) &&
	    !memcmp(head, ELFMAG, SELFMAG) && head[EI_CLASS] == ELFCLASS32)
		abi = head[18] == EM_X86_64 ? ABI_X32 : ABI_32;
	close(fd);
	return abi;
}

static uint64_t read_namespace(uint32_t eye)
{
	char path[48];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%u/ns/pid", eye);
	return stat(path, &st) ? 0 : st.st_ino;
}

/* The first thread may have ended before the others: it has no memory then. */
static bool find_eye(struct party *party)
{
	for (size_t i = 0; i < party->nr_tids; i++) {
		struct thread thread;

		if (thread_glance(&thread, party->tids[i]) == -ESRCH ||
		    thread_dead(&thread) || thread.kernel)
			continue;
		party->eye = thread.tid;
		return true;
	}
	return false;
}

struct party *party_new(uint32_t pid)
{
	struct party *party = mem_zalloc(sizeof(*party));
	struct thread thread;
	char path[48];

	party->pid = pid;
	snprintf(path, sizeof(path), "/proc/%u/task", pid);
	party->tids = party_numbers(path, &party->nr_tids);
	if (!find_eye(party)) {
		party_free(party);
		return NULL;
	}
	party->abi = read_abi(party->eye);
	if (thread_look(&thread, party->eye) != -ESRCH)
		party->nested = thread.nested;
	party->namespace = read_namespace(party->eye);
	return party;
}

void party_free(void *p)
{
	struct party *party = p;

	if (!party)
		return;
	futexwatch_lock_names_free(party->names);
	free(party->tids);
	free(party);
}

static bool is_alive(uint32_t pid, uint32_t tid)
{
	struct thread thread;
	char path[48];

	/* A thread of another process would not be found there. */
	snprintf(path, sizeof(path), "/proc/%u/task/%u", pid, tid);
	return !access(path, F_OK) && thread_glance(&thread, tid) != -ESRCH &&
	       !thread_dead(&thread);
}

uint32_t party_thread(const struct party *party, uint32_t inner)
{
	if (!party->nested)
		return is_alive(party->pid, inner) ? inner : 0;
	for (size_t i = 0; i < party->nr_tids; i++) {
		struct thread thread;

		if (thread_look(&thread, party->tids[i]) != -ESRCH &&
		    thread.inner_tid == inner && !thread_dead(&thread))
			return thread.tid;
	}
	return 0;
}

const char *party_given_name(struct party *party, uint64_t address)
{
	const struct futexwatch_lock_name *name;

	if (!party->known_names &&
	    futexwatch_lock_names_read(&party->names, (pid_t)party->eye))
		party->names = NULL;
	party->known_names = true;
	name = party->names ? futexwatch_lock_names_find(party->names, address)
			    : NULL;
	return name ? name->name : NULL;
}

uint32_t party_of_thread(uint32_t tid)
{
	struct thread thread;

	return thread_look(&thread, tid) == -ESRCH ? 0 : thread.pid;
}
