// SPDX-License-Identifier: LGPL-2.1-or-later
/* futexsync - example: producers and consumers around one bounded buffer */

/*
 * Producers put numbers, consumers add them up, and at the end the sums must
 * agree. The buffer is small and the work uneven, so that at times the
 * producers sleep (full) and at times the consumers do (empty).
 *
 * Workers are threads, or with --processes forked processes; the code is the
 * same, since the buffer and the totals lie in memory that both kinds share. At
 * the end the buffer is closed, and consumers go home when it is drained.
 */

#include <err.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <futexsync/bounded_buffer.h>

#define NSEC_PER_SEC 1000000000LL

struct options {
	long producers, consumers;
	long items; /* per producer, 0: no limit */
	long slots;
	long seconds; /* for producers, 0: no limit */
	long work_us, pause_us;
	long bulk; /* items per call, at most */
	bool processes, robust;
};

#define BULK_MAX 1024

struct total {
	uint64_t count, sum;
};

struct worker {
	bool produces;
	long index; /* among its kind */
	pthread_t thread;
	pid_t pid;
};

static struct options opt = {
	.producers = 3,
	.consumers = 2,
	.items = -1,
	.slots = 4,
	.seconds = -1,
	.work_us = 50,
	.bulk = 1,
};

static struct bb *buffer;
static struct total *totals; /* one per worker, written by it alone */
static long long stop_at; /* by now_ns() */

static int check(int ret, const char *what)
{
	if (ret < 0) {
		errno = -ret;
		err(1, "%s", what);
	}
	return ret;
}

static long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

/* Computing, as far as the scheduler can tell, and then a pause. */
static void work(long us)
{
	long long end = now_ns() + us * 1000;

	while (us && now_ns() < end)
		;
	if (opt.pause_us)
		usleep((useconds_t)opt.pause_us);
}

static bool time_is_up(void)
{
	return opt.seconds && now_ns() >= stop_at;
}

static void add(struct total *total, const uint64_t *items, long n)
{
	for (total->count += (uint64_t)n; n > 0; n--)
		total->sum += items[n - 1];
}

/* Fill @items with the numbers from the @i-th on. Return: how many. */
static long make_items(uint64_t *items, long index, long i)
{
	const struct timespec rest = { .tv_nsec = 2000000 };
	long n;

	for (n = 0; n < opt.bulk && (!opt.items || i + n < opt.items); n++) {
		/* Bursts with a rest between: full, then empty. */
		if ((i + n) % 64 == 63)
			nanosleep(&rest, NULL);
		work(opt.work_us / 2);
		items[n] = (uint64_t)((i + n) * opt.producers + index + 1);
	}
	return n;
}

static void put_all(const uint64_t *items, long n)
{
	int done;

	for (; n > 0; items += done, n -= done)
		done = check(bb_put_n(buffer, items, (size_t)n), "bb_put_n");
}

static void produce(long index, struct total *total)
{
	uint64_t items[BULK_MAX];
	long i, n;

	for (i = 0; (!opt.items || i < opt.items) && !time_is_up(); i += n) {
		n = make_items(items, index, i);
		put_all(items, n);
		add(total, items, n);
	}
}

static void consume(struct total *total)
{
	uint64_t items[BULK_MAX];
	int i, n;

	for (;;) {
		n = bb_get_n(buffer, items, (size_t)opt.bulk);
		if (n == -ENODATA)
			return;
		check(n, "bb_get_n");
		add(total, items, n);
		for (i = 0; i < n; i++)
			work(opt.work_us * (long)(items[i] % 3));
	}
}

static void *run_worker(void *arg)
{
	struct worker *w = arg;
	long at = w->produces ? w->index : opt.producers + w->index;
	char name[16];

	snprintf(name, sizeof(name), "%s-%ld",
		 w->produces ? "producer" : "consumer", w->index);
	prctl(PR_SET_NAME, name);
	if (w->produces)
		produce(w->index, &totals[at]);
	else
		consume(&totals[at]);
	return NULL;
}

static void start(struct worker *w)
{
	pid_t parent = getpid();

	if (!opt.processes) {
		check(-pthread_create(&w->thread, NULL, run_worker, w),
		      "pthread_create");
		return;
	}
	w->pid = fork();
	if (w->pid < 0)
		err(1, "fork");
	if (w->pid)
		return;
	/* Do not outlive the parent, even if it is gone by now. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	run_worker(w);
	_exit(0);
}

static void finish(struct worker *w)
{
	int status;

	if (!opt.processes) {
		check(-pthread_join(w->thread, NULL), "pthread_join");
		return;
	}
	if (waitpid(w->pid, &status, 0) < 0)
		err(1, "waitpid");
	if (status)
		errx(1, "a worker failed (wait status 0x%x)", status);
}

static void run_all(struct worker *workers)
{
	long n = opt.producers + opt.consumers;
	long i;

	for (i = 0; i < n; i++) {
		workers[i].produces = i < opt.producers;
		workers[i].index = i < opt.producers ? i : i - opt.producers;
		start(&workers[i]);
	}
	for (i = 0; i < opt.producers; i++)
		finish(&workers[i]);
	check(bb_close(buffer), "bb_close");
	for (; i < n; i++)
		finish(&workers[i]);
}

static struct total sum_up(const struct total *t, long n)
{
	struct total all = { 0 };

	for (; n > 0; n--, t++) {
		all.count += t->count;
		all.sum += t->sum;
	}
	return all;
}

static int report(long long elapsed_ns)
{
	struct total in = sum_up(totals, opt.producers);
	struct total out = sum_up(totals + opt.producers, opt.consumers);
	bool same = in.count == out.count && in.sum == out.sum;

	printf("%ld producers, %ld consumers (%s), %ld slots, %.2f s\n",
	       opt.producers, opt.consumers,
	       opt.processes ? "processes" : "threads", opt.slots,
	       (double)elapsed_ns / NSEC_PER_SEC);
	printf("produced %llu items, sum %llu\n", (unsigned long long)in.count,
	       (unsigned long long)in.sum);
	printf("consumed %llu items, sum %llu: %s\n",
	       (unsigned long long)out.count, (unsigned long long)out.sum,
	       same ? "the same" : "NOT the same");
	return same ? 0 : 1;
}

/* Threads meet in a variable: a tracer then has a symbol to name it by. */
static _Alignas(BB_ALIGN) char bounded_buffer[4096];

/* Processes meet in a file without a place, which has a name as well. */
static void *map_shared(const char *name, size_t len)
{
	int fd = memfd_create(name, MFD_CLOEXEC);
	void *mem;

	if (fd < 0 || ftruncate(fd, (off_t)len))
		err(1, "memfd of %zu bytes", len);
	mem = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mem == MAP_FAILED)
		err(1, "mmap of %zu bytes", len);
	close(fd);
	return mem;
}

static void make_buffer(void)
{
	ssize_t len = bb_size_needed((size_t)opt.slots, sizeof(uint64_t));
	unsigned int flags = opt.processes ? BB_SHARED : 0;

	if (opt.robust)
		flags = BB_SHARED | BB_ROBUST;
	check((int)(len < 0 ? len : 0), "--slots");
	if (!opt.processes && (size_t)len <= sizeof(bounded_buffer))
		buffer = (void *)bounded_buffer;
	else
		buffer = map_shared("bounded_buffer", (size_t)len);
	check(bb_init_with(buffer, (size_t)len, (size_t)opt.slots,
			   sizeof(uint64_t), flags),
	      "bb_init_with");
}

static void usage(FILE *out)
{
	fprintf(out,
		"Usage: producer_consumer [options]\n"
		"Producers and consumers around one bounded buffer; exits 1\n"
		"unless all that was produced was consumed.\n"
		"\n"
		"  --producers N  number of producers (3)\n"
		"  --consumers N  number of consumers (2)\n"
		"  --items N      items per producer (no limit)\n"
		"  --seconds S    stop producing after S s (2, 0 with --items)\n"
		"  --slots N      room in the buffer (4)\n"
		"  --work-us N    work per item, in microseconds (50)\n"
		"  --pause-us N   then sleep, in microseconds (0)\n"
		"  --bulk N       items per call, at most (1)\n"
		"  --processes    processes, not threads\n"
		"  --robust       a buffer that survives the death of its users\n"
		"  --help         this text\n");
}

static long number(const char *name, const char *text, long min, long max)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || end == text || *end || n < min || n > max)
		errx(2, "--%s takes a number from %ld to %ld, not '%s'", name,
		     min, max, text);
	return n;
}

static void parse(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "producers", required_argument, NULL, 'p' },
		{ "consumers", required_argument, NULL, 'c' },
		{ "items", required_argument, NULL, 'i' },
		{ "seconds", required_argument, NULL, 's' },
		{ "slots", required_argument, NULL, 'n' },
		{ "work-us", required_argument, NULL, 'w' },
		{ "pause-us", required_argument, NULL, 'z' },
		{ "bulk", required_argument, NULL, 'b' },
		{ "processes", no_argument, NULL, 'P' },
		{ "robust", no_argument, NULL, 'r' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	static const struct {
		int key;
		long *value, min, max;
	} numbers[] = {
		{ 'p', &opt.producers, 1, 1000 },
		{ 'c', &opt.consumers, 1, 1000 },
		{ 'i', &opt.items, 0, 1000000000 },
		{ 's', &opt.seconds, 0, 86400 },
		{ 'n', &opt.slots, 1, 1000000000 },
		{ 'w', &opt.work_us, 0, 1000000 },
		{ 'z', &opt.pause_us, 0, 999999 },
		{ 'b', &opt.bulk, 1, BULK_MAX },
	};
	size_t i;
	int c, at;

	while ((c = getopt_long(argc, argv, "h", longs, &at)) != -1) {
		if (c == 'P' || c == 'r') {
			*(c == 'P' ? &opt.processes : &opt.robust) = true;
			continue;
		}
		if (c == 'h' || c == '?') {
			usage(c == 'h' ? stdout : stderr);
			exit(c == 'h' ? 0 : 2);
		}
		for (i = 0; numbers[i].key != c; i++)
			;
		*numbers[i].value = number(longs[at].name, optarg,
					   numbers[i].min, numbers[i].max);
	}
	if (optind < argc)
		errx(2, "no argument expected: '%s'", argv[optind]);
	if (opt.seconds < 0)
		opt.seconds = opt.items > 0 ? 0 : 2;
	if (opt.items < 0)
		opt.items = 0;
	if (!opt.items && !opt.seconds)
		errx(2, "--items or --seconds must set an end");
}

int main(int argc, char **argv)
{
	struct worker *workers;
	long long begin = now_ns();
	size_t n;
	int ret;

	parse(argc, argv);
	make_buffer();
	n = (size_t)(opt.producers + opt.consumers);
	totals = map_shared("totals", n * sizeof(*totals));
	workers = calloc(n, sizeof(*workers));
	if (!workers)
		err(1, "calloc");
	stop_at = now_ns() + opt.seconds * NSEC_PER_SEC;
	run_all(workers);
	ret = report(now_ns() - begin);
	check(bb_destroy(buffer), "bb_destroy");
	free(workers);
	return ret;
}
