// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexwatch - client session: open, configure, map, start, stop, close */

#include "client_session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define SETTLE_DEFAULT_NS 20000000ULL

int fxw_session_ioctl(const struct futexwatch_session *s, unsigned long call,
		      void *arg)
{
	int saved = errno;
	int ret;

	/* The module gives EINTR only before it has done anything. */
	do {
		ret = ioctl(s->fd, call, arg);
		if (ret < 0)
			ret = -errno;
	} while (ret == -EINTR);
	errno = saved;
	return ret;
}

static int open_device(const char *device)
{
	int saved = errno;
	int fd;

	do {
		fd = open(device, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			fd = -errno;
	} while (fd == -EINTR);
	errno = saved;
	return fd;
}

/* Whether the module and this library mean the same by the same bytes. */
static int check_versions(struct futexwatch_session *s)
{
	int ret = futexwatch_info(s, &s->info);

	if (ret < 0)
		return ret;
	if (s->info.abi_version != FUTEXWATCH_ABI_VERSION ||
	    s->info.record_version != FUTEXWATCH_RECORD_VERSION ||
	    s->info.record_size != sizeof(union futexwatch_record))
		return -EPROTO;
	return 0;
}

int futexwatch_open(const char *device, struct futexwatch_session **out)
{
	struct futexwatch_session *s;
	int ret;

	*out = NULL;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->merge.settle_ns = SETTLE_DEFAULT_NS;
	ret = open_device(device ? device : FUTEXWATCH_DEVICE);
	if (ret < 0)
		goto err_free;
	s->fd = ret;
	ret = check_versions(s);
	if (ret < 0)
		goto err_close;
	*out = s;
	return 0;

err_close:
	close(s->fd);
err_free:
	free(s);
	return ret;
}

static void unmap_rings(struct futexwatch_session *s)
{
	fxw_merge_free(&s->merge);
	if (s->stack_data)
		munmap(s->stack_data, s->stack_size);
	if (s->data)
		munmap(s->data, s->data_size);
	if (s->ctl)
		munmap(s->ctl, s->ctl_size);
	s->stack_data = NULL;
	s->data = NULL;
	s->ctl = NULL;
}

void futexwatch_close(struct futexwatch_session *s)
{
	int saved = errno;

	if (!s)
		return;
	unmap_rings(s);
	close(s->fd);
	free(s);
	errno = saved;
}

int futexwatch_info(struct futexwatch_session *s, struct futexwatch_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	return fxw_session_ioctl(s, FUTEXWATCH_IOC_INFO, info);
}

static int map_area(const struct futexwatch_session *s, int prot,
		    uint64_t offset, uint64_t size, void **out)
{
	int saved = errno;
	void *area;
	int ret = 0;

	if (size > SIZE_MAX)
		return -ENOMEM;
	area = mmap(NULL, (size_t)size, prot, MAP_SHARED, s->fd, (off_t)offset);
	if (area == MAP_FAILED)
		ret = -errno;
	else
		*out = area;
	errno = saved;
	return ret;
}

/* The areas must hold what the merge is going to look at. */
static int check_areas(const struct futexwatch_session *s,
		       const struct futexwatch_config *cfg)
{
	uint64_t nr = s->info.nr_rings;
	uint64_t records = cfg->ring_records;

	if (!nr || !records || records & (records - 1))
		return -EPROTO;
	if (cfg->data_size / sizeof(union futexwatch_record) / records < nr)
		return -EPROTO;
	return 0;
}

static int map_rings(struct futexwatch_session *s,
		     const struct futexwatch_config *cfg)
{
	struct fxw_merge_area area = {
		.nr_rings = s->info.nr_rings,
		.ring_records = cfg->ring_records,
		.overwrite = cfg->flags & FUTEXWATCH_CFG_OVERWRITE,
	};
	int ret = check_areas(s, cfg);

	if (ret < 0)
		return ret;
	s->data_size = (size_t)cfg->data_size;
	ret = map_area(s, PROT_READ, cfg->data_offset, cfg->data_size,
		       &s->data);
	if (ret < 0)
		return ret;
	area.pages = s->ctl;
	area.records = s->data;
	return fxw_merge_init(&s->merge, &area);
}

static int map_stacks(struct futexwatch_session *s,
		      const struct futexwatch_config *cfg)
{
	uint64_t nr = s->info.nr_rings, records = cfg->stack_records;
	int ret;

	if (!records || records & (records - 1) ||
	    cfg->stack_slot < sizeof(struct futexwatch_stack_slot) ||
	    cfg->stack_size / cfg->stack_slot / records < nr)
		return -EPROTO;
	s->stack_size = (size_t)cfg->stack_size;
	ret = map_area(s, PROT_READ, cfg->stack_offset, cfg->stack_size,
		       &s->stack_data);
	if (ret < 0)
		return ret;
	s->stacks = (struct fxw_stacks){
		.pages = s->ctl,
		.slots = s->stack_data,
		.nr_rings = s->info.nr_rings,
		.records = cfg->stack_records,
		.slot_size = cfg->stack_slot,
		.overwrite = cfg->flags & FUTEXWATCH_CFG_OVERWRITE,
	};
	if (cfg->flags & FUTEXWATCH_CFG_RING)
		s->stacks.pages += nr;
	return 0;
}

/* The control pages of all rings, and then what they are of. */
static int map_all(struct futexwatch_session *s,
		   const struct futexwatch_config *cfg)
{
	bool ring = cfg->flags & FUTEXWATCH_CFG_RING;
	bool stacks = cfg->flags & FUTEXWATCH_CFG_STACKS;
	uint64_t pages = ((uint64_t)ring + stacks) * s->info.nr_rings;
	int ret;

	if (!pages)
		return 0;
	if (cfg->ctl_size / sizeof(struct futexwatch_ring_page) < pages)
		return -EPROTO;
	s->ctl_size = (size_t)cfg->ctl_size;
	ret = map_area(s, PROT_READ | PROT_WRITE, cfg->ctl_offset,
		       cfg->ctl_size, &s->ctl);
	if (!ret && ring)
		ret = map_rings(s, cfg);
	if (!ret && stacks)
		ret = map_stacks(s, cfg);
	if (ret < 0)
		unmap_rings(s);
	return ret;
}

int futexwatch_configure(struct futexwatch_session *s,
			 struct futexwatch_config *cfg)
{
	int ret;

	cfg->size = sizeof(*cfg);
	ret = fxw_session_ioctl(s, FUTEXWATCH_IOC_CONFIG, cfg);
	return ret < 0 ? ret : map_all(s, cfg);
}

int futexwatch_meter(struct futexwatch_session *s,
		     struct futexwatch_meter *meter)
{
	meter->size = sizeof(*meter);
	meter->flags = 0;
	return fxw_session_ioctl(s, FUTEXWATCH_IOC_METER, meter);
}

int futexwatch_sample(struct futexwatch_session *s, uint32_t shift)
{
	struct futexwatch_sample sample = { .size = sizeof(sample),
					    .shift = shift };

	return fxw_session_ioctl(s, FUTEXWATCH_IOC_SAMPLE, &sample);
}

int futexwatch_start(struct futexwatch_session *s)
{
	int ret = fxw_session_ioctl(s, FUTEXWATCH_IOC_START, NULL);

	if (ret >= 0)
		fxw_merge_set_running(&s->merge, true);
	return ret;
}

int futexwatch_stop(struct futexwatch_session *s)
{
	int ret = fxw_session_ioctl(s, FUTEXWATCH_IOC_STOP, NULL);

	/* -ENOMEM: no list of the waits in flight, but it has stopped. */
	if (ret >= 0 || ret == -ENOMEM)
		fxw_merge_set_running(&s->merge, false);
	return ret;
}

int futexwatch_fd(const struct futexwatch_session *s)
{
	return s->fd;
}

int futexwatch_counters(struct futexwatch_session *s, uint32_t cpu,
			struct futexwatch_counters *c)
{
	memset(c, 0, sizeof(*c));
	c->size = sizeof(*c);
	c->cpu = cpu;
	return fxw_session_ioctl(s, FUTEXWATCH_IOC_COUNTERS, c);
}

int futexwatch_next(struct futexwatch_session *s, union futexwatch_record *rec,
		    uint64_t *lost)
{
	if (!s->data)
		return -EBADFD;
	return fxw_merge_next(&s->merge, rec, lost);
}

int futexwatch_run(struct futexwatch_session *s, uint32_t most,
		   const union futexwatch_record **run, uint64_t *lost)
{
	if (!s->data)
		return -EBADFD;
	return fxw_merge_run(&s->merge, most, run, lost);
}

void futexwatch_run_done(struct futexwatch_session *s)
{
	fxw_merge_done(&s->merge);
}

int futexwatch_next_stack(struct futexwatch_session *s,
			  struct futexwatch_stack_slot *slot, void *bytes,
			  uint32_t room)
{
	if (!s->stack_data)
		return -EBADFD;
	/* The kernel may be overwriting what we would copy: see nothing. */
	if (s->stacks.overwrite && s->merge.running)
		return 0;
	return fxw_stacks_next(&s->stacks, slot, bytes, room);
}

void futexwatch_set_settle(struct futexwatch_session *s, uint64_t settle_ns)
{
	s->merge.settle_ns = settle_ns;
}
