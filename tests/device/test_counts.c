// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - device test: records, table and program agree on every count */

#include "harness.h"

#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sys/wait.h>

#include "device.h"
#include "tally.h"

#define ROOM 1024

static struct tallies want, by_record, by_row;
static struct futexwatch_row rows[ROOM];
static struct futexwatch_wait waits[ROOM];

/* A program beside this one's directory. */
static const char *path_of(const char *program)
{
	static char path[PATH_MAX + 64];
	char self[PATH_MAX] = "";

	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		bail_out("who am I?");
	snprintf(path, sizeof(path), "%s/../%s", dirname(self), program);
	return path;
}

/* The program, held back until a byte is written to @go; its stdout. */
static pid_t hold(const char *program, const char *option, int *go, FILE **out)
{
	int gate[2], text[2];
	char byte;
	pid_t pid;

	CHECK_EQ(pipe2(gate, O_CLOEXEC), 0);
	CHECK_EQ(pipe2(text, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		dup2(text[1], STDOUT_FILENO);
		if (read(gate[0], &byte, 1) == 1)
			execl(path_of(program), program, option, NULL);
		_exit(127);
	}
	close(gate[0]);
	close(text[1]);
	*go = gate[1];
	*out = fdopen(text[0], "r");
	return pid;
}

static void collect(struct session *s)
{
	union futexwatch_record rec;
	unsigned int n, i;

	while (take_any(s, &rec))
		tally_record(&by_record, &rec);
	n = read_table(s->fd, 0, rows, ROOM);
	for (i = 0; i < n; i++)
		tally_row(&by_row, &rows[i]);
	n = read_snapshot(s->fd, waits, ROOM);
	for (i = 0; i < n; i++) {
		tally_waiting(&by_record, &waits[i]);
		tally_waiting(&by_row, &waits[i]);
	}
}

/*
 * Programs that fork, join and print use words of their own, too; those are
 * tallied, but not compared.
 */
static void follow(const char *program, const char *option)
{
	struct futexwatch_config cfg =
		own_config(FUTEXWATCH_CFG_RING | FUTEXWATCH_CFG_TABLE |
			   FUTEXWATCH_CFG_FOLLOW);
	struct futexwatch_counters c;
	struct session s;
	char line[1024];
	uint32_t pid;
	FILE *out;
	int go, status;

	memset(&want, 0, sizeof(want));
	memset(&by_record, 0, sizeof(by_record));
	memset(&by_row, 0, sizeof(by_row));
	pid = (uint32_t)hold(program, option, &go, &out);
	cfg.pids = (uintptr_t)&pid;
	cfg.ring_records = 8192;
	cfg.table_rows = 1024;
	session_begin(&s, &cfg);
	CHECK_EQ(write(go, "g", 1), 1);
	while (fgets(line, sizeof(line), out))
		CHECK(tally_line(&want, line));
	CHECK_EQ(waitpid((pid_t)pid, &status, 0), (pid_t)pid);
	CHECK_EQ(status, 0);
	must_stop(s.fd);
	collect(&s);
	c = must_count(s.fd, FUTEXWATCH_CPU_ALL);
	CHECK_EQ(c.dropped, 0);
	CHECK_EQ(c.table_lost, 0);
	CHECK_EQ(c.waiters_lost, 0);
	CHECK_EQ(c.audit_edges, c.audit_waits);
	printf("# explained: %llu of %llu waits\n",
	       (unsigned long long)c.audit_edges,
	       (unsigned long long)c.audit_waits);
	fclose(out);
	close(go);
	session_close(&s);
}

static void check_counts(const char *program, const char *option)
{
	if (access(path_of(program), X_OK))
		SKIP("the program was not built");
	follow(program, option);
	CHECK(want.n > 20);
	CHECK(want.n < TALLIES && by_record.n < TALLIES && by_row.n < TALLIES);
	CHECK_EQ(tally_compare(&want, &by_record, "records"), 0);
	CHECK_EQ(tally_compare(&want, &by_row, "table"), 0);
}

TEST(private_words_are_counted_right)
{
	check_counts("prime_counts", NULL);
}

TEST(shared_words_are_counted_right)
{
	check_counts("prime_counts", "--shared");
}

/* A kernel may lack the futex call of 32-bit programs. */
static bool can_run_32(void)
{
	char command[PATH_MAX + 96];

	snprintf(command, sizeof(command), "%s --kind wake_empty >/dev/null",
		 path_of("prime_counts32"));
	return system(command) == 0;
}

TEST(words_of_a_32_bit_program_are_counted_right)
{
	if (!can_run_32())
		SKIP("this kernel cannot run 32-bit programs");
	check_counts("prime_counts32", NULL);
}
