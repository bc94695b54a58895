// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - move bytes from one descriptor to another without blocking. */

#include "agent.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

void pump_init(struct pump *pump, int from, int to)
{
	memset(pump, 0, offsetof(struct pump, buf));
	pump->from = from;
	pump->to = to;
	pump->limit = ULLONG_MAX;
}

/* Both ends are closed through here, so that a pump never uses a stale one. */
void pump_close(struct pump *pump, int *end)
{
	if (*end >= 0)
		close(*end);
	*end = -1;
	pump->end = true;
}

short pump_from_events(const struct pump *pump)
{
	return pump->end || pump->len ? 0 : POLLIN;
}

short pump_to_events(const struct pump *pump)
{
	return pump->len && pump->to >= 0 ? POLLOUT : 0;
}

static void pump_fill(struct pump *pump)
{
	ssize_t n = read(pump->from, pump->buf, sizeof(pump->buf));

	pump->idle = n <= 0;
	if (n > 0) {
		pump->len = n;
		pump->off = 0;
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		pump->end = true;
	}
}

/* A reader that went away (EPIPE, EIO) makes the rest worthless, not fatal. */
static void pump_drain(struct pump *pump)
{
	ssize_t n = write(pump->to, pump->buf + pump->off, pump->len);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		pump->total += pump->len;
		pump->len = 0;
		pump_close(pump, &pump->to);
		return;
	}
	pump->off += n;
	pump->len -= n;
	pump->total += n;
}

void pump_run(struct pump *pump)
{
	if (!pump->len && !pump->end)
		pump_fill(pump);
	if (pump->len && pump->to >= 0)
		pump_drain(pump);
	if (!pump->len && pump->total >= pump->limit)
		pump->end = true;
}
