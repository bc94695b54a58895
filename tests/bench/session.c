// SPDX-License-Identifier: GPL-2.0-only
/*
 * futexwatch - bench: run a command while a session watches
 *
 * usage: session MODE COMMAND [ARG ...]; a mode is one of
 *
 * table: a table of all words, no ring. large: the same with many rows. blind:
 * the same as table where the module has no hooks on the wait queues. stream: a
 * ring that holds everything, no table; nobody reads it meanwhile, so that only
 * events are paid for. stacks: the same, and the stack of each wait and of who
 * ended it. threshold: of waits of an hour, which are none. other: a table of this
 * process's words alone, not the command's. light: a table, by the light capture.
 * sampled: as table, of few waits. Ends with the command's status, or 1 when the
 * session did not see what it should.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <futexwatch/client.h>

#define RECORDS	  (1U << 17)
#define MINUTE_MS 60000
#define HOUR_NS	  (3600ULL * 1000000000ULL)
/* For 100,000 words; 394 MB, more than max_mb allows by itself. */
#define LARGE_ROWS (1U << 18)

static int fail(const char *what, int err)
{
	fprintf(stderr, "session: %s: %s\n", what, strerror(-err));
	return err;
}

static int configure(struct futexwatch_session *s, const char *mode)
{
	const uint32_t pid = getpid();
	struct futexwatch_config cfg = { .flags = FUTEXWATCH_CFG_TABLE };

	if (!strcmp(mode, "stream") || !strcmp(mode, "stacks") ||
	    !strcmp(mode, "threshold")) {
		cfg.flags = FUTEXWATCH_CFG_RING;
		/* Overwritten, so that none is spared for want of room. */
		if (!strcmp(mode, "stacks"))
			cfg.flags |= FUTEXWATCH_CFG_STACKS |
				     FUTEXWATCH_CFG_OVERWRITE;
		if (!strcmp(mode, "threshold")) {
			cfg.flags |= FUTEXWATCH_CFG_STACKS;
			cfg.stack_min_ns = HOUR_NS;
		}
		cfg.stack_rate = 1000000000;
		cfg.ring_records = RECORDS;
		cfg.watermark = RECORDS;
		cfg.wake_ms = MINUTE_MS;
	} else if (!strcmp(mode, "light")) {
		cfg.flags |= FUTEXWATCH_CFG_LIGHT;
	} else if (!strcmp(mode, "large")) {
		cfg.table_rows = LARGE_ROWS;
	} else if (!strcmp(mode, "other")) {
		cfg.pids = (uintptr_t)&pid;
		cfg.nr_pids = 1;
	} else if (strcmp(mode, "table") && strcmp(mode, "blind") &&
		   strcmp(mode, "sampled")) {
		return -EINVAL;
	}
	return futexwatch_configure(s, &cfg);
}

/* Cheap because half of it is missing would be no news. */
static int hooked(struct futexwatch_session *s, const char *mode)
{
	const uint32_t all = FUTEXWATCH_HOOK_SYS_ENTER |
			     FUTEXWATCH_HOOK_SYS_EXIT | FUTEXWATCH_HOOK_WAKING |
			     FUTEXWATCH_HOOK_QUEUE | FUTEXWATCH_HOOK_MARK;
	const uint32_t queues = FUTEXWATCH_HOOK_QUEUE | FUTEXWATCH_HOOK_MARK;
	bool blind = !strcmp(mode, "blind");
	uint32_t need = blind ? all & ~queues : all;
	struct futexwatch_info info;
	int ret = futexwatch_info(s, &info);

	if (ret)
		return fail("info", ret);
	if (!strcmp(mode, "light"))
		need = FUTEXWATCH_HOOK_LIGHT;
	if (blind && info.hooks_live & queues)
		return fail("it has the hooks that it should not", -EPROTO);
	if ((info.hooks_live & need) != need)
		return fail("not all hooks are set", -ENODEV);
	if (info.hooks_live & FUTEXWATCH_HOOK_KPROBE)
		fprintf(stderr, "session: kprobes, not ftrace\n");
	return 0;
}

/* As the command does before it watches: short waits on many words. */
static int prove(struct futexwatch_session *s)
{
	const struct timespec soon = { .tv_nsec = 1 };
	struct futexwatch_buckets b;
	struct futexwatch_base base;
	static uint32_t words[64];
	int ret;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		syscall(SYS_futex, &words[i], FUTEX_WAIT_PRIVATE, 0, &soon,
			NULL, 0);
	ret = futexwatch_buckets(s, &b, &base, 1);
	if (ret < 0)
		return fail("buckets", ret);
	return base.proved ? 0 : fail("buckets are not proved", -ENODATA);
}

static int run(char **argv)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return fail("fork", -errno);
	if (!pid) {
		execvp(argv[0], argv);
		fprintf(stderr, "session: %s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid)
		return fail("wait", -errno);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* An event that was lost was cheap, too. */
static int check_books(struct futexwatch_session *s, const char *mode)
{
	bool other = !strcmp(mode, "other");
	struct futexwatch_counters c;
	int ret = futexwatch_counters(s, FUTEXWATCH_CPU_ALL, &c);

	if (ret)
		return fail("counters", ret);
	fprintf(stderr,
		"session: %s: %llu waits, %llu wakes, explained %llu of %llu\n",
		mode, (unsigned long long)c.waits, (unsigned long long)c.wakes,
		(unsigned long long)c.audit_edges,
		(unsigned long long)c.audit_waits);
	if (c.dropped || c.table_lost || c.waiters_lost || c.missed) {
		fprintf(stderr,
			"session: lost: %llu records, %llu of rows, %llu waiters, %llu missed\n",
			(unsigned long long)c.dropped,
			(unsigned long long)c.table_lost,
			(unsigned long long)c.waiters_lost,
			(unsigned long long)c.missed);
		return -EOVERFLOW;
	}
	if (!other && (!(c.waits + c.passed) || !c.wakes))
		return fail("it saw nothing", -ENODATA);
	if (other && c.wakes)
		return fail("it saw what it should not", -EPROTO);
	return 0;
}

int main(int argc, char **argv)
{
	struct futexwatch_session *s;
	int ret, status;

	if (argc < 3) {
		fprintf(stderr, "usage: session MODE COMMAND [ARG ...]\n");
		return 2;
	}
	ret = futexwatch_open(NULL, &s);
	if (ret)
		return fail(FUTEXWATCH_DEVICE, ret) ? 1 : 0;
	ret = configure(s, argv[1]);
	if (!ret)
		ret = futexwatch_start(s);
	if (ret)
		return fail("cannot start", ret) ? 1 : 0;
	if (hooked(s, argv[1]) || (strcmp(argv[1], "blind") && prove(s)))
		return 1;
	/* So that nearly all waits are passed over. */
	if (!strcmp(argv[1], "sampled"))
		ret = futexwatch_sample(s, FUTEXWATCH_SAMPLE_MAX);
	if (ret)
		return fail("cannot sample", ret) ? 1 : 0;
	status = run(argv + 2);
	ret = futexwatch_stop(s);
	if (ret)
		return fail("cannot stop", ret) ? 1 : 0;
	if (check_books(s, argv[1]))
		return 1;
	futexwatch_close(s);
	return status;
}
