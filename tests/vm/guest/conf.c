// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - read the guest's orders: NUL-ended "key=value" strings. */

#include "agent.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int append(char **list, char *value)
{
	for (int i = 0; i < AGENT_MAX; i++) {
		if (!list[i]) {
			list[i] = value;
			return 0;
		}
	}
	return -1;
}

static int conf_set(struct conf *conf, const char *key, char *value)
{
	if (!strcmp(key, "arg"))
		return append(conf->argv, value);
	if (!strcmp(key, "env"))
		return append(conf->env, value);
	if (!strcmp(key, "load"))
		return append(conf->load, value);
	if (!strcmp(key, "cwd"))
		conf->cwd = value;
	else if (!strcmp(key, "module"))
		conf->module = value;
	else if (!strcmp(key, "moddir"))
		conf->moddir = value;
	else if (!strcmp(key, "rows"))
		conf->rows = atoi(value);
	else if (!strcmp(key, "cols"))
		conf->cols = atoi(value);
	else if (!strcmp(key, "tty"))
		conf->tty = true;
	else if (!strcmp(key, "tty_err"))
		conf->tty_err = true;
	else if (!strcmp(key, "probe"))
		conf->probe = true;
	else
		return -1;
	return 0;
}

static char *slurp(const char *path, size_t *size)
{
	struct stat st;
	char *text;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st))
		return NULL;
	text = malloc(st.st_size + 1);
	if (!text || read(fd, text, st.st_size) != st.st_size)
		return NULL;
	close(fd);
	text[st.st_size] = '\0';
	*size = st.st_size;
	return text;
}

/* The strings stay for the life of the process: nothing is ever freed. */
int conf_read(struct conf *conf, const char *path)
{
	size_t size = 0;
	char *text = slurp(path, &size);

	if (!text)
		return -1;
	for (char *at = text; at < text + size; at += strlen(at) + 1) {
		char *value = strchr(at, '=');

		if (!value)
			return -1;
		*value++ = '\0';
		if (conf_set(conf, at, value))
			return -1;
		at = value;
	}
	return 0;
}
