/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futexwatch - the guest's process 1: one static program that mounts, inserts
 * the module, runs one command and tells the host how it went.
 *
 * It talks to tests/vm/host over four virtio-serial ports: "ctl" carries
 * lines of text both ways, "in", "out" and "err" the bare bytes of the
 * command. See protocol.py on the other side for the lines.
 */
#ifndef FUTEXWATCH_VM_AGENT_H
#define FUTEXWATCH_VM_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define AGENT_MARK "futexwatch-vm: "
#define AGENT_OUT  "/run/vm-out"
#define AGENT_MAX  512

/* What the host packed into /conf of the initramfs. */
struct conf {
	char *argv[AGENT_MAX + 1];
	char *env[AGENT_MAX + 1];
	char *load[AGENT_MAX + 1];
	const char *cwd;
	const char *module;
	const char *moddir;
	int rows;
	int cols;
	bool tty;
	bool tty_err;
	bool probe;
};

struct ports {
	int ctl;
	int in;
	int out;
	int err;
};

/* One direction of a stream: reads `from` only when all was written to `to`. */
struct pump {
	int from;
	int to;
	size_t len;
	size_t off;
	unsigned long long total;
	unsigned long long limit; /* the stream ends after so many bytes */
	bool idle; /* the last read found nothing */
	bool end;
	char buf[32768];
};

/* The running command and the three streams to and from it. */
struct command {
	pid_t pid;
	int status;
	bool exited;
	bool tty;
	int master;
	struct pump in;
	struct pump out;
	struct pump err;
};

/* conf.c */
int conf_read(struct conf *conf, const char *path);

/* log.c: fail() and note() write to the kernel log, tell() to the host. */
void note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void fail(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
void tell(int ctl, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int write_file(const char *path, const char *text);
unsigned long long read_number(const char *path);
void power_off(void) __attribute__((noreturn));

/* mounts.c */
void mounts_early(void);
void mounts_root(const struct conf *conf);

/* ports.c */
void ports_open(struct ports *ports);

/* modules.c */
int module_insert(const char *path);
int module_insert_fd(int fd);
int module_remove(const char *name);
void module_watch(const char *name);
bool module_covers(unsigned long address);

/* pump.c */
void pump_init(struct pump *pump, int from, int to);
short pump_from_events(const struct pump *pump);
short pump_to_events(const struct pump *pump);
void pump_run(struct pump *pump);
void pump_close(struct pump *pump, int *end);

/* command.c */
void command_start(struct command *cmd, const struct conf *conf,
		   const struct ports *ports);
void command_signal(struct command *cmd, int sig);
void command_resize(struct command *cmd, int rows, int cols);

/* serve.c */
void serve(struct command *cmd, const struct ports *ports);

/* finish.c */
void finish(int ctl, bool module, unsigned long long taint);

#endif
