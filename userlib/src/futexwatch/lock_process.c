// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexwatch - another process as /proc shows it: mappings, files, memory */

#include "lock_process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../futexsync/name_table.h"

#define TABLE_PATH "/memfd:" NAME_TABLE_FILE " (deleted)"

/* Twice what the kernel gives a process (vm.max_map_count) by default. */
#define MAPS_MAX 131072

/* A number in @base that is followed by @end; NULL when it is not. */
static char *field(char *s, int base, char end, uint64_t *value)
{
	char *after;

	*value = strtoull(s, &after, base);
	return after != s && *after == end ? after + 1 : NULL;
}

/* "start-end perms offset major:minor inode   path", the newline cut off */
static bool parse_map(char *s, struct lock_map *m, const char **path)
{
	uint64_t major, minor;
	char *perms;
	char *after;

	s = field(s, 16, '-', &m->start);
	perms = s ? field(s, 16, ' ', &m->end) : NULL;
	if (!perms || strnlen(perms, 5) < 5 || perms[4] != ' ')
		return false;
	m->write = perms[1] == 'w';
	m->exec = perms[2] == 'x';
	m->shared = perms[3] == 's';
	s = field(perms + 5, 16, ' ', &m->offset);
	s = s ? field(s, 16, ':', &major) : NULL;
	s = s ? field(s, 16, ' ', &minor) : NULL;
	if (!s)
		return false;
	m->device = major << 32 | minor;
	m->inode = strtoull(s, &after, 10);
	*path = after + strspn(after, " ");
	return after != s && m->start < m->end;
}

static int add_map(struct lock_process *p, const struct lock_map *m,
		   const char *path)
{
	struct lock_map *maps = p->maps;
	struct lock_map *new;

	/* Room for a power of two, doubled when it is full. */
	if (!(p->nr_maps & (p->nr_maps - 1))) {
		maps = realloc(maps, (p->nr_maps ? p->nr_maps * 2 : 1) *
					     sizeof(*maps));
		if (!maps)
			return -ENOMEM;
		p->maps = maps;
	}
	new = &maps[p->nr_maps];
	*new = *m;
	new->table = !m->shared && !strcmp(path, TABLE_PATH);
	new->path = NULL;
	if (m->exec && m->inode && *path == '/') {
		new->path = strdup(path);
		if (!new->path)
			return -ENOMEM;
	}
	p->nr_maps++;
	return 0;
}

static int parse_maps(struct lock_process *p, FILE *file)
{
	uint64_t end = 0;
	size_t room = 0;
	char *line = NULL;
	ssize_t len;
	int err = 0;

	errno = 0;
	while (!err && p->nr_maps < MAPS_MAX &&
	       (len = getline(&line, &room, file)) > 0) {
		struct lock_map m = { 0 };
		const char *path;

		line[len - 1] = '\0';
		/* The search needs order. */
		if (!parse_map(line, &m, &path) || m.start < end)
			continue;
		end = m.end;
		err = add_map(p, &m, path);
		errno = 0;
	}
	if (!err && ferror(file))
		err = errno ? -errno : -EIO;
	free(line);
	return err;
}

static int read_maps(struct lock_process *p)
{
	int fd = openat(p->dir, "maps", O_RDONLY | O_CLOEXEC);
	FILE *file;
	int err;

	if (fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	file = fdopen(fd, "r");
	if (!file) {
		err = -errno;
		close(fd);
		return err;
	}
	err = parse_maps(p, file);
	fclose(file);
	return err;
}

/* The owner of /proc/PID does not tell: of many processes it is root. */
static int read_uid(struct lock_process *p)
{
	int fd = openat(p->dir, "status", O_RDONLY | O_CLOEXEC);
	const char *line;
	char text[2048];
	unsigned int uid;
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n < 0)
		return -ESRCH;
	text[n] = '\0';
	line = strstr(text, "\nUid:\t");
	if (!line || sscanf(line, "\nUid:\t%*u\t%u", &uid) != 1)
		return -EPROTO;
	p->uid = uid;
	return 0;
}

int lock_process_open(struct lock_process *p, pid_t pid)
{
	char path[32];
	int err;

	*p = (struct lock_process){ .pid = pid, .mem = -1 };
	snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	p->dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (p->dir < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	err = read_uid(p);
	if (!err)
		err = read_maps(p);
	if (err)
		lock_process_close(p);
	return err;
}

void lock_process_close(struct lock_process *p)
{
	size_t i;

	for (i = 0; i < p->nr_maps; i++)
		free(p->maps[i].path);
	free(p->maps);
	if (p->mem >= 0)
		close(p->mem);
	close(p->dir);
}

int lock_process_read(struct lock_process *p, uint64_t address, void *buf,
		      size_t len)
{
	ssize_t n;

	if (p->mem < 0)
		p->mem = openat(p->dir, "mem", O_RDONLY | O_CLOEXEC);
	if (p->mem < 0)
		return -errno;
	if (address > INT64_MAX - len)
		return -EFAULT;
	n = pread(p->mem, buf, len, (off_t)address);
	return n == (ssize_t)len ? 0 : -EFAULT;
}

const struct lock_map *lock_process_map(const struct lock_process *p,
					uint64_t address)
{
	size_t low = 0;
	size_t high = p->nr_maps;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (address < p->maps[mid].start)
			high = mid;
		else if (address >= p->maps[mid].end)
			low = mid + 1;
		else
			return &p->maps[mid];
	}
	return NULL;
}

/* What lies at the path may be anything by now: look before it is opened. */
static int open_regular(int dir, const char *path, uint64_t inode)
{
	int fd = openat(dir, path, O_PATH | O_CLOEXEC);
	char self[32];
	struct stat st;
	int file;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_ino != inode) {
		close(fd);
		return -ESTALE;
	}
	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	file = open(self, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (file < 0)
		file = -errno;
	close(fd);
	return file;
}

/*
 * By the mapping itself, which needs a capability but finds also what was
 * deleted; or by the path, in the file system as the process sees it.
 */
int lock_process_file(const struct lock_process *p, const struct lock_map *m)
{
	char link[64];
	char *path;
	int fd;

	snprintf(link, sizeof(link), "map_files/%llx-%llx",
		 (unsigned long long)m->start, (unsigned long long)m->end);
	fd = open_regular(p->dir, link, m->inode);
	if (fd >= 0 || !m->path)
		return fd;
	if (asprintf(&path, "root%s", m->path) < 0)
		return -ENOMEM;
	fd = open_regular(p->dir, path, m->inode);
	free(path);
	return fd;
}
