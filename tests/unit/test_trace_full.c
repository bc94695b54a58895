// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - unit test: recordings on full disks and broken pipes */

#include "trace_sample.h"

#include <errno.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>

TEST(a_full_device_is_told_by_open)
{
	struct futexwatch_writer *w = (void *)1;

	CHECK_EQ(futexwatch_writer_open("/dev/full", &w), -ENOSPC);
	CHECK(!w);
}

TEST(a_missing_directory_is_told_by_open)
{
	struct futexwatch_writer *w;

	CHECK_EQ(futexwatch_writer_open("/nonexistent/file", &w), -ENOENT);
}

static int add_random(struct futexwatch_writer *w)
{
	union futexwatch_record rec;

	sample_fill(&rec, sizeof(rec));
	rec.head.type = FUTEXWATCH_REC_WAKE;
	return futexwatch_writer_add(w, FUTEXWATCH_ITEM_RECORD, 0, &rec,
				     sizeof(rec));
}

/* Records until it fails, with @want; the file must be whole chunks. */
static void fill_up(const char *path, int want)
{
	struct futexwatch_writer *w;
	struct futexwatch_reader *r;
	struct futexwatch_item item;
	struct stat st;
	uint64_t bytes;
	int ret, i, n = 0;

	REQUIRE(futexwatch_writer_open(path, &w) == 0);
	for (i = 0, ret = 0; i < 100000 && !ret; i++)
		ret = add_random(w);
	CHECK_EQ(ret, want);
	CHECK_EQ(add_random(w), want);
	CHECK_EQ(futexwatch_writer_flush(w), want);
	bytes = futexwatch_writer_bytes(w);
	CHECK_EQ(futexwatch_writer_close(w, true), want);

	CHECK_EQ(stat(path, &st), 0);
	CHECK_EQ(st.st_size, bytes);
	REQUIRE(futexwatch_reader_open(path, &r) == 0);
	while (futexwatch_reader_next(r, &item) == 1)
		n++;
	CHECK(n > 0 && n < i);
	CHECK(!futexwatch_reader_whole(r));
	CHECK_EQ(futexwatch_reader_lost_bytes(r), 0);
	futexwatch_reader_close(r);
}

TEST(a_file_at_its_size_limit_keeps_its_whole_chunks)
{
	struct rlimit old, low;
	char path[64];
	int fd = sample_file(path, sizeof(path));

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	low = old;
	low.rlim_cur = 200001;
	setrlimit(RLIMIT_FSIZE, &low);
	fill_up(path, -EFBIG);
	setrlimit(RLIMIT_FSIZE, &old);
	close(fd);
}

TEST(a_full_disk_keeps_its_whole_chunks)
{
	char dir[] = "/tmp/fxw-full-XXXXXX";
	char path[64];

	REQUIRE(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/recording", dir);
	if (mount("none", dir, "tmpfs", 0, "size=300k") < 0) {
		rmdir(dir);
		SKIP("cannot mount a tmpfs");
	}
	fill_up(path, -ENOSPC);
	CHECK_EQ(umount(dir), 0);
	CHECK_EQ(rmdir(dir), 0);
}

TEST(a_pipe_without_reader_is_an_error)
{
	struct futexwatch_writer *w;
	char path[64];
	int fds[2], ret = 0, i;

	signal(SIGPIPE, SIG_IGN);
	REQUIRE(pipe2(fds, O_CLOEXEC) == 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[1]);
	REQUIRE(futexwatch_writer_open(path, &w) == 0);
	close(fds[0]);
	for (i = 0; i < 1000 && !ret; i++)
		ret = add_random(w);
	CHECK_EQ(ret, -EPIPE);
	CHECK_EQ(futexwatch_writer_close(w, true), -EPIPE);
	close(fds[1]);
}

static void wake_up(int sig)
{
	(void)sig;
}

/* Signals cut reads and writes of a pipe short; nothing may be missing. */
TEST(signals_do_not_tear_a_recording)
{
	struct itimerval often = { { 0, 200 }, { 0, 200 } };
	struct sigaction act = { .sa_handler = wake_up };
	struct futexwatch_writer *w;
	struct futexwatch_reader *r;
	struct futexwatch_item item;
	char path[2][64];
	int fds[2], i, status, n = 0;
	pid_t child;

	REQUIRE(pipe2(fds, O_CLOEXEC) == 0);
	for (i = 0; i < 2; i++)
		snprintf(path[i], sizeof(path[i]), "/proc/self/fd/%d", fds[i]);
	sigaction(SIGPROF, &act, NULL);
	child = fork();
	setitimer(ITIMER_PROF, &often, NULL);
	if (child == 0) {
		close(fds[0]);
		if (futexwatch_writer_open(path[1], &w) < 0)
			_exit(1);
		for (i = 0; i < 20000; i++)
			CHECK_EQ(add_random(w), 0);
		CHECK_EQ(futexwatch_writer_close(w, true), 0);
		_exit(child_status());
	}
	close(fds[1]);
	REQUIRE(futexwatch_reader_open(path[0], &r) == 0);
	while (futexwatch_reader_next(r, &item) == 1)
		n++;
	CHECK_EQ(n, 20000);
	CHECK(futexwatch_reader_whole(r));
	futexwatch_reader_close(r);
	memset(&often, 0, sizeof(often));
	setitimer(ITIMER_PROF, &often, NULL);
	close(fds[0]);
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
}
