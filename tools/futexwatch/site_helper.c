// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - a child that unwinds, and the queue to it */

#include "site_helper.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "mem.h"
#include "talk.h"

#define ASKED_MAX  512 /* stacks that may wait for an answer */
#define LIVES	   3 /* children that may die */
#define SOCKET_LEN (1 << 20)

/* A stack that takes longer has hung it; servers may take their time. */
#define HANG_NS	       (20 * NS_PER_SEC)
#define HANG_SERVER_NS (180 * NS_PER_SEC)

struct buffer {
	unsigned char *bytes;
	size_t room;
	size_t from; /* what is there: [from, to) */
	size_t to;
};

struct helper {
	void (*take)(const struct site_head *head,
		     const struct site_frame *frames, const char *text,
		     void *arg);
	void *arg;
	pid_t pid; /* 0: none */
	int fd;
	unsigned int deaths;
	uint32_t asked;
	uint64_t heard_ns; /* from the child, or since there is work for it */
	struct buffer out;
	struct buffer in;
};

static void child_begin(int fd)
{
	const struct rlimit no_core = { 0, 0 };
	sigset_t set;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setrlimit(RLIMIT_CORE, &no_core);
	/* Ctrl-C ends the session; who ends us is our parent. */
	sigfillset(&set);
	sigdelset(&set, SIGSEGV);
	sigdelset(&set, SIGBUS);
	sigdelset(&set, SIGFPE);
	sigdelset(&set, SIGABRT);
	sigprocmask(SIG_SETMASK, &set, NULL);
	site_child(fd);
}

static void start(struct helper *h)
{
	int fds[2], size = SOCKET_LEN;

	h->fd = -1;
	h->pid = 0;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		return;
	setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	setsockopt(fds[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	h->pid = fork();
	if (!h->pid) {
		close(fds[0]);
		child_begin(fds[1]);
	}
	close(fds[1]);
	if (h->pid < 0) {
		h->pid = 0;
		close(fds[0]);
		return;
	}
	h->fd = fds[0];
}

static void end(struct helper *h)
{
	if (!h->pid)
		return;
	kill(h->pid, SIGKILL);
	while (waitpid(h->pid, NULL, 0) < 0 && errno == EINTR)
		;
	close(h->fd);
	h->pid = 0;
	h->fd = -1;
}

struct helper *helper_new(void (*take)(const struct site_head *head,
				       const struct site_frame *frames,
				       const char *text, void *arg),
			  void *arg)
{
	struct helper *h = mem_zalloc(sizeof(*h));

	h->take = take;
	h->arg = arg;
	start(h);
	return h;
}

void helper_free(struct helper *h)
{
	if (!h)
		return;
	end(h);
	free(h->out.bytes);
	free(h->in.bytes);
	free(h);
}

/* Room for @len bytes more. */
static unsigned char *extend(struct buffer *b, size_t len)
{
	if (b->from == b->to)
		b->from = b->to = 0;
	if (b->to + len > b->room && b->from) {
		memmove(b->bytes, b->bytes + b->from, b->to - b->from);
		b->to -= b->from;
		b->from = 0;
	}
	if (b->to + len > b->room) {
		unsigned char *bytes;

		b->room = 2 * (b->to + len);
		bytes = mem_zalloc(b->room);
		if (b->to)
			memcpy(bytes, b->bytes, b->to);
		free(b->bytes);
		b->bytes = bytes;
	}
	return b->bytes + b->to;
}

static void append(struct buffer *b, const void *from, size_t len)
{
	memcpy(extend(b, len), from, len);
	b->to += len;
}

bool helper_has_room(const struct helper *h)
{
	return h->pid && h->asked < ASKED_MAX;
}

bool helper_maps(struct helper *h, uint64_t space, uint32_t pid,
		 const struct maps *maps)
{
	const struct site_head head = {
		.type = SITE_MAPS,
		.len = (uint32_t)strlen(maps->text),
		.space = space,
		.pid = pid,
		.seen_ns = maps->nr ? maps->list[0].seen_ns : 0,
	};

	if (!h->pid || strlen(maps->text) > SITE_MAPS_MAX)
		return false;
	append(&h->out, &head, sizeof(head));
	append(&h->out, maps->text, head.len);
	return true;
}

bool helper_stack(struct helper *h, uint64_t space, uint32_t ticket,
		  const __u64 *regs, const void *bytes, uint32_t len)
{
	const struct site_head head = { .type = SITE_STACK,
					.len = 8 * FUTEXWATCH_REGS + len,
					.space = space,
					.ticket = ticket };

	if (!helper_has_room(h) || len > FUTEXWATCH_STACK_MAX)
		return false;
	if (!h->asked++)
		h->heard_ns = clock_now();
	append(&h->out, &head, sizeof(head));
	append(&h->out, regs, 8 * FUTEXWATCH_REGS);
	append(&h->out, bytes, len);
	return true;
}

static bool would_wait(ssize_t n)
{
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static bool send_some(struct helper *h)
{
	struct buffer *b = &h->out;

	while (b->from < b->to) {
		ssize_t n = send(h->fd, b->bytes + b->from, b->to - b->from,
				 MSG_DONTWAIT | MSG_NOSIGNAL);

		if (would_wait(n))
			return true;
		if (n <= 0)
			return false;
		b->from += (size_t)n;
	}
	return true;
}

static bool receive_some(struct helper *h)
{
	for (;;) {
		unsigned char *to = extend(&h->in, 65536);
		ssize_t n = recv(h->fd, to, 65536, MSG_DONTWAIT);

		if (would_wait(n))
			return true;
		if (n <= 0)
			return false;
		h->in.to += (size_t)n;
		h->heard_ns = clock_now();
	}
}

static bool makes_sense(const struct site_head *head)
{
	return head->type == SITE_FRAMES && head->nr <= WALK_MAX &&
	       head->len <= SITE_ANSWER_MAX &&
	       head->len >= head->nr * sizeof(struct site_frame);
}

/* The answers that are there in whole; false: the child talks nonsense. */
static bool take_answers(struct helper *h)
{
	struct site_frame frames[WALK_MAX];
	struct buffer *b = &h->in;
	struct site_head head;

	while (b->to - b->from >= sizeof(head)) {
		const unsigned char *at = b->bytes + b->from;
		size_t size;
		char *text;

		memcpy(&head, at, sizeof(head));
		if (!makes_sense(&head) || !h->asked)
			return false;
		if (b->to - b->from < sizeof(head) + head.len)
			return true;
		b->from += sizeof(head) + head.len;
		at += sizeof(head);
		size = head.nr * sizeof(*frames);
		memcpy(frames, at, size);
		text = mem_strndup((const char *)at + size, head.len - size);
		h->asked--;
		h->take(&head, frames, text, h->arg);
		free(text);
	}
	return true;
}

static bool hangs(const struct helper *h)
{
	const char *servers = getenv("DEBUGINFOD_URLS");
	uint64_t limit = servers && *servers ? HANG_SERVER_NS : HANG_NS;

	return h->asked && clock_now() - h->heard_ns > limit;
}

bool helper_pump(struct helper *h)
{
	if (!h->pid)
		return true;
	if (send_some(h) && receive_some(h) && take_answers(h) && !hangs(h))
		return true;
	end(h);
	h->out.from = h->out.to = 0;
	h->in.from = h->in.to = 0;
	h->asked = 0;
	if (++h->deaths < LIVES)
		start(h);
	else
		warn("stacks are told no more: reading them failed, or took "
		     "too long, again and again");
	return false;
}

uint32_t helper_asked(const struct helper *h)
{
	return h->asked;
}

void helper_wait(const struct helper *h, int ms)
{
	struct pollfd fd = { .fd = h->fd, .events = POLLIN };

	if (h->out.from < h->out.to)
		fd.events |= POLLOUT;
	poll(&fd, 1, ms);
}
