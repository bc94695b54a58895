// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - a script of tools/bpftrace while it runs */

#include "script.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mem.h"
#include "slurp.h"
#include "talk.h"

/* Rows of a map: what is in use of a program, and then some. */
#define MAP_KEYS "16384"

/* For an answer. It looks for signals ten times a second. */
#define PATIENCE_MS 60000

/* Until it is told once more to end. */
#define AGAIN_MS 2000

/* From the command: where it is installed, and where it was built. */
static const char *const places[] = {
	"../share/futexwatch",
	"../tools/bpftrace",
	"../../../tools/bpftrace",
};

/* The file of the script, NULL: it is nowhere. */
static char *find(const char *name)
{
	char self[4096];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (len <= 0)
		return NULL;
	self[len] = '\0';
	slash = strrchr(self, '/');
	*slash = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		char *path = mem_printf("%s/%s/%s.bt", self, places[i], name);

		if (!access(path, R_OK))
			return path;
		free(path);
	}
	return NULL;
}

static bool in_path(const char *program)
{
	const char *path = getenv("PATH");
	bool found = false;

	while (path && *path && !found) {
		size_t len = strcspn(path, ":");
		char *file = mem_printf("%.*s/%s", (int)len, path, program);

		found = !access(file, X_OK);
		free(file);
		path += len + (path[len] == ':');
	}
	return found;
}

/* Its thread and process ids are the initial namespace's. */
static bool in_initial_namespace(void)
{
	char link[64];
	ssize_t len = readlink("/proc/self/ns/pid", link, sizeof(link) - 1);

	link[len > 0 ? len : 0] = '\0';
	return !strcmp(link, "pid:[4026531836]");
}

void script_check(void)
{
	if (geteuid())
		die(FXW_EXIT_FAILED, "bpftrace needs root (try sudo futexwatch "
				     "verify)");
	if (!in_path("bpftrace"))
		die(FXW_EXIT_FAILED, "there is no bpftrace (sudo apt install "
				     "bpftrace)");
	if (!in_initial_namespace())
		die(FXW_EXIT_FAILED, "bpftrace knows processes by other "
				     "numbers than this container does: run it "
				     "outside");
}

/* The new process. Ctrl-C is for us: we say when it ends, or die with it. */
static void become(const struct script *s, const char *path, pid_t pid,
		   int gate, int out)
{
	char number[16];
	sigset_t none;
	char go;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(number, sizeof(number), "%d", pid);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setenv("BPFTRACE_MAP_KEYS_MAX", MAP_KEYS, 0);
	if (read(gate, &go, 1) != 1)
		_exit(FXW_EXIT_FAILED);
	if (dup2(out, STDOUT_FILENO) >= 0 && dup2(s->err, STDERR_FILENO) >= 0)
		execlp("bpftrace", "bpftrace", "-B", "none", "-f", "json", path,
		       number, NULL);
	_exit(FXW_EXIT_FAILED);
}

void script_prepare(struct script *s, const char *name, pid_t pid)
{
	char *path = find(name);
	int gate[2];
	int out[2];

	memset(s, 0, sizeof(*s));
	s->name = name;
	if (!path)
		die(FXW_EXIT_FAILED,
		    "there is no %s.bt, neither in share/futexwatch nor in "
		    "the source tree",
		    name);
	s->maps = json_object();
	s->err = memfd_create("complaints", MFD_CLOEXEC);
	if (s->err < 0 || pipe2(out, O_CLOEXEC) || pipe2(gate, O_CLOEXEC))
		die(FXW_EXIT_FAILED, "cannot make a pipe: %s", strerror(errno));
	s->pid = fork();
	if (s->pid < 0)
		die(FXW_EXIT_FAILED, "cannot start bpftrace: %s",
		    strerror(errno));
	if (!s->pid)
		become(s, path, pid, gate[0], out[1]);
	close(out[1]);
	close(gate[0]);
	s->gate = gate[1];
	s->out = out[0];
	fcntl(s->out, F_SETFL, O_NONBLOCK);
	free(path);
}

void script_start(struct script *s)
{
	if (write(s->gate, "", 1) != 1)
		die(FXW_EXIT_FAILED, "cannot start bpftrace: %s",
		    strerror(errno));
	close(s->gate);
}

static void take_map(struct script *s, const char *type, json_t *data)
{
	const char *name;
	json_t *value;

	if (strcmp(type, "map") && strcmp(type, "stats") &&
	    strcmp(type, "hist"))
		return;
	json_object_foreach(data, name, value) {
		json_object_set(s->maps, name, value);
		if (!strcmp(name, "@total"))
			s->dumps++;
	}
}

static void take_line(struct script *s, const char *line)
{
	json_t *object = json_loads(line, 0, NULL);
	const char *type = json_string_value(json_object_get(object, "type"));

	if (type)
		take_map(s, type, json_object_get(object, "data"));
	json_decref(object);
}

static void take_text(struct script *s, const char *text, size_t len)
{
	char *all = mem_zalloc(s->rest_len + len + 1);
	char *line = all;
	char *end;

	if (s->rest_len)
		memcpy(all, s->rest, s->rest_len);
	memcpy(all + s->rest_len, text, len);
	while ((end = strchr(line, '\n'))) {
		*end = '\0';
		take_line(s, line);
		line = end + 1;
	}
	free(s->rest);
	s->rest = mem_strdup(line);
	s->rest_len = strlen(line);
	free(all);
}

/* Whether there may be more to come. */
static bool take_output(struct script *s)
{
	char text[65536];
	ssize_t n;

	do {
		n = read(s->out, text, sizeof(text));
		if (n > 0)
			take_text(s, text, (size_t)n);
	} while (n > 0 || (n < 0 && errno == EINTR));
	return n < 0 && errno == EAGAIN;
}

/* The line of its complaints that says most: the first with ERROR, or any. */
static void complain(struct script *s)
{
	char text[8192];
	ssize_t n = pread(s->err, text, sizeof(text) - 1, 0);
	const char *line = text;

	text[n > 0 ? n : 0] = '\0';
	if (strstr(text, "ERROR"))
		line = strstr(text, "ERROR");
	waitpid(s->pid, NULL, 0);
	s->pid = 0;
	die(FXW_EXIT_FAILED, "bpftrace cannot run %s.bt: %.*s", s->name,
	    (int)strcspn(line, "\n"), *line ? line : "it does not say why");
}

void script_read(struct script *s)
{
	if (!take_output(s))
		complain(s);
}

/* Sums up the numbers that the descriptors of bpftrace tell as @key. */
static uint64_t sum_fdinfo(const struct script *s, const char *key)
{
	char *dir = mem_printf("/proc/%d/fdinfo", s->pid);
	DIR *d = opendir(dir);
	struct dirent *entry;
	uint64_t sum = 0;

	while (d && (entry = readdir(d))) {
		char *path = mem_printf("%s/%s", dir, entry->d_name);
		char *text = slurp(path);
		const char *at = text ? strstr(text, key) : NULL;

		if (at)
			sum += strtoull(at + strlen(key), NULL, 10);
		free(text);
		free(path);
	}
	if (d)
		closedir(d);
	free(dir);
	return sum;
}

bool script_is_live(struct script *s)
{
	char *path = mem_printf("/proc/%d/syscall", s->pid);
	char *text = slurp(path);
	long number = text ? strtol(text, NULL, 10) : -1;

	/* It waits for events only when it has attached all its probes. */
	s->live |= number == SYS_epoll_wait || number == SYS_epoll_pwait;
	free(text);
	free(path);
	return s->live;
}

/* Whether there is any within @ms. */
static bool has_output(const struct script *s, int ms)
{
	struct pollfd fd = { .fd = s->out, .events = POLLIN };

	return poll(&fd, 1, ms);
}

static void be_impatient(const struct script *s)
{
	die(FXW_EXIT_FAILED, "%s.bt does not answer for a minute", s->name);
}

static bool wait_for_output(struct script *s)
{
	if (!has_output(s, PATIENCE_MS))
		be_impatient(s);
	return take_output(s);
}

/*
 * bpftrace 0.17 goes on for ever when SIGINT finds it outside of epoll_wait(),
 * as src/bpftrace.cpp asks for the signal only when that was interrupted. So it
 * is told again, but never when its probes are gone: then it prints its maps,
 * and a signal would cut them short.
 */
static bool wait_for_end(struct script *s)
{
	for (int ms = 0; ms < PATIENCE_MS; ms += AGAIN_MS) {
		if (has_output(s, AGAIN_MS))
			return take_output(s);
		if (sum_fdinfo(s, "link_id:"))
			kill(s->pid, SIGINT);
	}
	be_impatient(s);
	return false;
}

void script_dump(struct script *s)
{
	uint64_t before = s->dumps;

	kill(s->pid, SIGUSR1);
	while (s->dumps == before) {
		if (!wait_for_output(s))
			complain(s);
	}
}

void script_stop(struct script *s)
{
	if (!s->pid)
		return;
	s->skipped = sum_fdinfo(s, "recursion_misses:");
	kill(s->pid, SIGINT);
	while (wait_for_end(s))
		;
	waitpid(s->pid, NULL, 0);
	s->pid = 0;
}

void script_free(struct script *s)
{
	if (s->pid) {
		kill(s->pid, SIGKILL);
		waitpid(s->pid, NULL, 0);
	}
	if (s->maps) {
		close(s->out);
		close(s->err);
	}
	json_decref(s->maps);
	free(s->rest);
}
