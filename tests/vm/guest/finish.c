// SPDX-License-Identifier: GPL-2.0-only
/*
 * futexwatch - the end of a run: everything else is killed, the module has to
 * go, and what it left behind is told to the host.
 */

#include "agent.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NAME	 "futexwatch"
#define KMEMLEAK "/sys/kernel/debug/kmemleak"
/* kmemleak says nothing of what is younger than five seconds. */
#define LEAK_AGE_S 5
#define ENTRY_SIZE 8192

static void kill_all(void)
{
	kill(-1, SIGKILL);
	for (int i = 0; i < 500; i++) {
		pid_t pid = waitpid(-1, NULL, WNOHANG);

		if (pid < 0 && errno == ECHILD)
			return;
		if (pid <= 0)
			usleep(10000);
	}
	note("some processes did not die");
}

static bool names_module(const char *entry)
{
	const char *at = entry;

	if (strstr(entry, "[" NAME "]"))
		return true;
	while ((at = strstr(at, "0xffff"))) {
		if (module_covers(strtoul(at, NULL, 16)))
			return true;
		at += 6;
	}
	return false;
}

static int show_leak(const char *entry)
{
	char copy[ENTRY_SIZE];
	char *save = NULL;

	if (!names_module(entry))
		return 0;
	snprintf(copy, sizeof(copy), "%s", entry);
	for (char *line = strtok_r(copy, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		note("kmemleak: %s", line);
	return 1;
}

/* An entry is an "unreferenced object" line and the indented ones below. */
static int count_leaks(void)
{
	static char entry[ENTRY_SIZE];
	char line[512];
	size_t used = 0;
	int leaks = 0;
	FILE *report = fopen(KMEMLEAK, "re");

	if (!report)
		return 0;
	entry[0] = '\0';
	while (fgets(line, sizeof(line), report)) {
		if (line[0] != ' ') {
			leaks += show_leak(entry);
			used = 0;
		}
		if (used + strlen(line) < sizeof(entry))
			used += sprintf(entry + used, "%s", line);
	}
	leaks += show_leak(entry);
	fclose(report);
	return leaks;
}

static void scan(void)
{
	if (write_file(KMEMLEAK, "scan"))
		note("kmemleak does not scan: %s", strerror(errno));
}

/* The first scan only takes check sums of what looks lost, the second tells. */
static void look_for_leaks(int ctl)
{
	time_t began = time(NULL);

	if (access(KMEMLEAK, W_OK))
		return;
	tell(ctl, "busy looking for leaks");
	scan();
	while (time(NULL) - began <= LEAK_AGE_S)
		usleep(100000);
	scan();
	tell(ctl, "leaks %d", count_leaks());
}

void finish(int ctl, bool module, unsigned long long taint)
{
	kill_all();
	if (umount2(AGENT_OUT, 0) && umount2(AGENT_OUT, MNT_DETACH))
		note("cannot unmount " AGENT_OUT ": %s", strerror(errno));
	module_watch(NAME);
	tell(ctl, "busy removing the module");
	tell(ctl, "rmmod %d", module_remove(NAME));
	if (module)
		look_for_leaks(ctl);
	tell(ctl, "taint %llu %llu", taint,
	     read_number("/proc/sys/kernel/tainted"));
	note("end");
	tell(ctl, "done");
}
