// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - the members that addresses in files are, by debug information */

#include "member.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "kind.h"
#include "map.h"
#include "mem.h"
#include "member_reader.h"
#include "text.h"

#define LINE_LEN 4096

struct debug {
	int fd; /* the file, until the reader has it; or -1 */
	int talk; /* to the reader, or -1 */
	pid_t reader;
	bool dead; /* no answer will come any more */
	struct map asked; /* struct member by (address, 0) */
	struct member **list; /* in the order of asking */
	size_t nr;
	size_t sent; /* the first of them, that the reader was asked for */
	size_t answered;
	char line[LINE_LEN]; /* of an answer, as far as it came */
	size_t len;
};

struct debug *debug_new(int fd)
{
	struct debug *debug = mem_zalloc(sizeof(*debug));

	debug->fd = dup(fd);
	debug->talk = -1;
	debug->dead = debug->fd < 0;
	return debug;
}

static void drop_member(void *value)
{
	struct member *member = value;

	free(member->variable);
	free(member->path);
	free(member);
}

static void end_reader(struct debug *debug)
{
	debug->dead = true;
	if (debug->talk >= 0)
		close(debug->talk);
	if (debug->fd >= 0)
		close(debug->fd);
	debug->talk = -1;
	debug->fd = -1;
	if (!debug->reader)
		return;
	kill(debug->reader, SIGKILL);
	waitpid(debug->reader, NULL, 0);
	debug->reader = 0;
}

void debug_free(struct debug *debug)
{
	if (!debug)
		return;
	end_reader(debug);
	map_free(&debug->asked, drop_member);
	free(debug->list);
	free(debug);
}

const struct member *debug_ask(struct debug *debug, uint64_t address)
{
	struct member *member = map_get(&debug->asked, address, 0);

	if (member)
		return member;
	member = mem_zalloc(sizeof(*member));
	member->address = address;
	member->kind = "unknown";
	map_put(&debug->asked, address, 0, member);
	debug->list = mem_grow(debug->list, debug->nr, sizeof(*debug->list));
	debug->list[debug->nr++] = member;
	return member;
}

bool debug_waits(const struct debug *debug)
{
	return !debug->dead && debug->answered < debug->nr;
}

static void start_reader(struct debug *debug)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)) {
		end_reader(debug);
		return;
	}
	debug->reader = fork();
	if (!debug->reader)
		member_reader(debug->fd, ends[1]);
	close(ends[1]);
	close(debug->fd);
	debug->fd = -1;
	debug->talk = ends[0];
	if (debug->reader < 0) {
		debug->reader = 0;
		end_reader(debug);
	}
}

/* What does not fit into the socket now is sent the next time. */
static void send_asked(struct debug *debug)
{
	while (debug->sent < debug->nr) {
		char line[32];
		int len = snprintf(
			line, sizeof(line), "%llx\n",
			(unsigned long long)debug->list[debug->sent]->address);

		if (send(debug->talk, line, (size_t)len,
			 MSG_DONTWAIT | MSG_NOSIGNAL) != len)
			return;
		debug->sent++;
	}
}

/* "ADDRESS", or "ADDRESS @BEGIN KIND PATH NAME", the path perhaps empty. */
static void take_line(struct debug *debug, char *line)
{
	char *end, *kind, *path, *name;
	struct member *member =
		map_get(&debug->asked, strtoull(line, &end, 16), 0);

	if (!member || member->done)
		return;
	member->done = true;
	debug->answered++;
	if (strncmp(end, " @", 2))
		return;
	member->begin = strtoull(end + 2, &kind, 16);
	path = *kind == ' ' ? strchr(kind + 1, ' ') : NULL;
	name = path ? strchr(path + 1, ' ') : NULL;
	if (!name)
		return;
	*path++ = '\0';
	*name++ = '\0';
	member->kind = kind_of_word(kind + 1);
	if (!member->kind)
		member->kind = "unknown";
	member->path = text_clean(path, strlen(path));
	member->variable = text_clean(name, strlen(name));
	member->found = true;
}

static void take_bytes(struct debug *debug, const char *bytes, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		if (bytes[i] == '\n') {
			debug->line[debug->len] = '\0';
			take_line(debug, debug->line);
			debug->len = 0;
		} else if (debug->len + 1 < sizeof(debug->line)) {
			debug->line[debug->len++] = bytes[i];
		}
	}
}

/* Whether there may be more to come. */
static bool receive(struct debug *debug, uint64_t deadline_ns)
{
	struct pollfd poll_fd = { .fd = debug->talk, .events = POLLIN };
	uint64_t now = clock_now();
	char bytes[4096];
	ssize_t n;

	if (poll(&poll_fd, 1,
		 deadline_ns > now ? (int)((deadline_ns - now) / NS_PER_MS) + 1
				   : 0) <= 0)
		return false;
	n = recv(debug->talk, bytes, sizeof(bytes), MSG_DONTWAIT);
	if (n > 0)
		take_bytes(debug, bytes, (size_t)n);
	else if (!n || (errno != EINTR && errno != EAGAIN))
		end_reader(debug);
	return !debug->dead;
}

void debug_pump(struct debug *debug, uint64_t deadline_ns)
{
	size_t before = debug->answered;

	if (!debug_waits(debug))
		return;
	if (debug->talk < 0)
		start_reader(debug);
	do {
		if (debug->dead)
			return;
		send_asked(debug);
	} while (receive(debug, debug->answered == before ? deadline_ns : 0) &&
		 debug_waits(debug));
}
