// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: who may open, and what is left after a close */

#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "caps.h"
#include "device.h"

/* What open() says to somebody with these capabilities only. */
static int open_with(uint64_t caps)
{
	pid_t child = fork();
	int status, ret;

	if (child == 0) {
		if (keep_only_caps(caps))
			_exit(255);
		ret = device_open(O_RDWR);
		_exit(ret < 0 ? -ret : 0);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -1000;
}

TEST(without_the_capability_open_is_eperm)
{
	CHECK_EQ(open_with(0), -EPERM);
	CHECK_EQ(open_with(~(1ULL << CAP_PERFMON | 1ULL << CAP_SYS_ADMIN) &
			   ((1ULL << (CAP_LAST_CAP + 1)) - 1)),
		 -EPERM);
}

TEST(each_of_the_two_capabilities_is_enough)
{
	CHECK_EQ(open_with(1ULL << CAP_PERFMON), 0);
	CHECK_EQ(open_with(1ULL << CAP_SYS_ADMIN), 0);
}

TEST(open_files_are_counted)
{
	struct futexwatch_info info;
	uint32_t before;
	int a = must_open(), b;

	CHECK_EQ(device_info(a, &info), 0);
	before = info.sessions_open;
	b = must_open();
	CHECK_EQ(device_info(a, &info), 0);
	CHECK_EQ(info.sessions_open, before + 1);
	close(b);
	UNTIL(device_info(a, &info) || info.sessions_open == before);
	close(a);
}

TEST(started_sessions_are_counted_and_hook_the_kernel)
{
	struct futexwatch_info before = must_inform(), info;
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_TABLE);
	struct session a, b;

	session_begin(&a, &cfg);
	CHECK_EQ(device_info(a.fd, &info), 0);
	CHECK_EQ(info.sessions_live, before.sessions_live + 1);
	CHECK(info.hooks_live & FUTEXWATCH_HOOK_SYS_ENTER);
	CHECK(info.hooks_live & FUTEXWATCH_HOOK_SYS_EXIT);
	CHECK_EQ(info.hooks_live & ~info.hooks_found, 0);
	session_begin(&b, &cfg);
	CHECK_EQ(device_info(a.fd, &info), 0);
	CHECK_EQ(info.sessions_live, before.sessions_live + 2);
	must_stop(b.fd);
	CHECK_EQ(device_info(a.fd, &info), 0);
	CHECK_EQ(info.sessions_live, before.sessions_live + 1);
	must_stop(a.fd);
	CHECK_EQ(device_info(a.fd, &info), 0);
	CHECK_EQ(info.sessions_live, before.sessions_live);
	CHECK_EQ(info.hooks_live, before.hooks_live);
	session_close(&a);
	session_close(&b);
}

/* The device is as it was: nothing runs, nothing is held. */
static void wait_for_rest(const struct futexwatch_info *before)
{
	struct futexwatch_info info;

	do {
		info = must_inform();
	} while (info.sessions_live != before->sessions_live ||
		 info.sessions_open != before->sessions_open ||
		 info.memory_used != before->memory_used ||
		 info.hooks_live != before->hooks_live);
}

TEST(close_while_running_leaves_nothing)
{
	struct futexwatch_config cfg =
		own_config(FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_TABLE);
	struct futexwatch_info before = must_inform();
	struct session s;
	uint32_t word = 0;
	int i;

	for (i = 0; i < 20; i++) {
		session_begin(&s, &cfg);
		wake_often(&word, 1, 500);
		CHECK(must_inform().memory_used > before.memory_used);
		session_close(&s);
	}
	wait_for_rest(&before);
}

TEST(a_mapping_keeps_the_session_until_it_is_gone)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_RING);
	struct futexwatch_info before = must_inform();
	struct session s;
	uint32_t word = 0;

	session_begin(&s, &cfg);
	close(s.fd);
	CHECK_EQ(must_inform().sessions_live, before.sessions_live + 1);
	wake_often(&word, 1, 100);
	CHECK(take_all(&s) >= 100);
	munmap(s.pages, (size_t)s.cfg.ctl_size);
	munmap((void *)s.records, (size_t)s.cfg.data_size);
	wait_for_rest(&before);
}

TEST(a_reader_killed_leaves_nothing)
{
	struct futexwatch_config cfg;
	struct futexwatch_info before = must_inform();
	struct session s;
	uint32_t word = 0;
	int status;
	pid_t child;

	child = fork();
	if (child == 0) {
		cfg = own_config(FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_TABLE);
		session_begin(&s, &cfg);
		for (;;) {
			wake_often(&word, 1, 100);
			take_all(&s);
		}
	}
	UNTIL(must_inform().sessions_live == before.sessions_live + 1);
	kill(child, SIGKILL);
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK(WIFSIGNALED(status));
	wait_for_rest(&before);

	/* And it works for the next one. */
	cfg = own_config(FUTEXWATCH_CFG_RING);
	session_begin(&s, &cfg);
	wake_often(&word, 1, 10);
	CHECK(take_all(&s) >= 10);
	session_close(&s);
}

TEST(a_session_is_its_files_whoever_holds_it)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_TABLE);
	struct futexwatch_info before = must_inform();
	struct session s;
	int status, fds[2];
	pid_t child;
	char go;

	CHECK_EQ(pipe(fds), 0);
	session_begin(&s, &cfg);
	child = fork();
	if (child == 0) {
		close(fds[1]);
		/* Until the parent has closed its own file. */
		CHECK_EQ(read(fds[0], &go, 1), 1);
		CHECK_EQ(must_count(s.fd, 0).state,
			 FUTEXWATCH_ST_CONFIGURED | FUTEXWATCH_ST_RUNNING);
		_exit(child_status());
	}
	session_close(&s);
	CHECK_EQ(must_inform().sessions_live, before.sessions_live + 1);
	CHECK_EQ(write(fds[1], "g", 1), 1);
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
	close(fds[0]);
	close(fds[1]);
	wait_for_rest(&before);
}

TEST(the_module_cannot_be_removed_while_a_file_is_open)
{
	int fd = must_open(), ret, err;

	ret = (int)syscall(SYS_delete_module, "futexwatch", O_NONBLOCK);
	err = errno;
	CHECK_EQ(ret, -1);
	CHECK(err == EBUSY || err == EAGAIN);
	/* And it was not harmed by the attempt. */
	close(fd);
	close(must_open());
}

TEST(the_most_sessions_run_and_one_more_is_ebusy)
{
	struct futexwatch_config cfg = own_config(FUTEXWATCH_CFG_RING);
	struct futexwatch_info before = must_inform();
	struct session s[FUTEXWATCH_MAX_SESSIONS + 1];
	uint32_t word = 0, i, n;

	cfg.ring_records = 64;
	only_words(&cfg, &word, &word);
	n = FUTEXWATCH_MAX_SESSIONS - before.sessions_live;
	for (i = 0; i < n; i++)
		session_begin(&s[i], &cfg);
	session_open(&s[n], &cfg);
	CHECK_EQ(device_call(s[n].fd, FUTEXWATCH_IOC_START, NULL), -EBUSY);
	wake_often(&word, 1, 29);
	for (i = 0; i < n; i++)
		CHECK_EQ(take_all(&s[i]), 29);
	CHECK_EQ(take_all(&s[n]), 0);

	/* One that ends makes room. */
	must_stop(s[0].fd);
	CHECK_EQ(device_call(s[n].fd, FUTEXWATCH_IOC_START, NULL), 0);
	for (i = 0; i <= n; i++)
		session_close(&s[i]);
	wait_for_rest(&before);
}
