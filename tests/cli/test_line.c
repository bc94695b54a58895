// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - cli tests: lines of trace that a live test cannot be sure of */

/* The others are in ops_lines.txt, from a program that makes each operation. */

#include "harness.h"

#include <errno.h>

#include "line.h"

static struct options options;
static struct scene scene;

static void set_up(void)
{
	scene_init(&scene, &options, false);
	procs_set_comm(scene.procs, 7, "main");
	procs_set_comm(scene.procs, 8, "iou-wrk-9");
}

/* All of a line but its time, its thread and its operation. */
static bool reads(const union futexwatch_record *rec, const char *want)
{
	FILE *stdout_was = stdout;
	char *text = NULL, *line;
	size_t size;
	bool same;

	set_up();
	stdout = open_memstream(&text, &size);
	line_text(&scene, rec, 0);
	fclose(stdout);
	stdout = stdout_was;
	scene_free(&scene);
	line = strstr(text, "0x");
	if (!line)
		line = text;
	line[strcspn(line, "\n")] = '\0';
	same = !strcmp(line, want);
	if (!same)
		printf("# got '%s'\n", line);
	free(text);
	return same;
}

static union futexwatch_record wait_of(uint8_t outcome, uint8_t cause)
{
	return (union futexwatch_record){
		.wait = {
			.head = { .type = FUTEXWATCH_REC_WAIT,
				  .op = FUTEXWATCH_OP_WAIT,
				  .flags = FUTEXWATCH_F_ASLEEP,
				  .address = 0x1000, .space = 1,
				  .tid = 7, .pid = 7, .tid_ns = 7, .pid_ns = 7 },
			.outcome = outcome,
			.cause = cause,
			.wait_ns = 1200000,
			.bucket = FUTEXWATCH_BUCKET_UNKNOWN,
			.val = 2,
		},
	};
}

static union futexwatch_record wake_of(uint8_t op, uint8_t cause)
{
	return (union futexwatch_record){
		.wake = {
			.head = { .type = FUTEXWATCH_REC_WAKE, .op = op,
				  .address = 0x1000, .space = 1,
				  .tid = 8, .pid = 7, .tid_ns = 8, .pid_ns = 7 },
			.cause = cause,
			.asked = 1,
		},
	};
}

TEST(io_uring_is_told_as_the_way_of_the_wake)
{
	union futexwatch_record rec =
		wait_of(FUTEXWATCH_OUT_WOKEN, FUTEXWATCH_CAUSE_IO);

	rec.wait.waker_tid = 8;
	CHECK(reads(&rec, "0x1000 =2                        1.2ms woken by "
			  "iou-wrk-9/8 (io_uring)"));
	rec = wake_of(FUTEXWATCH_OP_IO, FUTEXWATCH_CAUSE_IO);
	rec.wake.woken = 1;
	rec.wake.wakee_tid = 7;
	CHECK(reads(&rec, "0x1000 1 -> 1                    main/7"));
}

TEST(waker_that_was_not_seen_is_not_passed_over)
{
	union futexwatch_record rec =
		wait_of(FUTEXWATCH_OUT_WOKEN, FUTEXWATCH_CAUSE_NONE);

	CHECK(reads(&rec, "0x1000 =2                        1.2ms woken by ?"));
}

TEST(adopted_wait_has_no_duration)
{
	union futexwatch_record rec =
		wait_of(FUTEXWATCH_OUT_WOKEN, FUTEXWATCH_CAUSE_CALL);

	rec.wait.head.flags |= FUTEXWATCH_F_ADOPTED;
	rec.wait.waker_tid = 8;
	CHECK(reads(&rec, "0x1000 =2                        (began earlier) "
			  "woken by iou-wrk-9/8"));
}

TEST(unknown_moment_of_a_move_is_told_and_no_time_invented)
{
	union futexwatch_record rec =
		wait_of(FUTEXWATCH_OUT_REQUEUED, FUTEXWATCH_CAUSE_NONE);

	rec.wait.head.flags |= FUTEXWATCH_F_NO_WHEN;
	rec.wait.address2 = 0x2000;
	CHECK(reads(&rec, "0x1000 =2                        "
			  "(moved at some time) requeued to 0x2000"));
	rec.wait.head.flags |= FUTEXWATCH_F_MOVED;
	rec.wait.outcome = FUTEXWATCH_OUT_TIMED_OUT;
	CHECK(reads(&rec, "0x1000                           from 0x2000 "
			  "(moved at some time) timed out"));
}

TEST(run_delay_and_bucket_come_last)
{
	union futexwatch_record rec =
		wait_of(FUTEXWATCH_OUT_TIMED_OUT, FUTEXWATCH_CAUSE_TIMER);

	rec.wait.run_delay_ns = 9000;
	rec.wait.bucket = 355;
	CHECK(reads(&rec, "0x1000 =2                        1.2ms timed out "
			  "(run delay 9us)  b355"));
}

TEST(refused_calls_name_the_error)
{
	union futexwatch_record rec =
		wait_of(FUTEXWATCH_OUT_ERROR, FUTEXWATCH_CAUSE_NONE);

	rec.wait.head.flags = 0;
	rec.wait.head.ret = -EFAULT;
	CHECK(reads(&rec, "0x1000 =2                        error EFAULT"));
	rec = wake_of(FUTEXWATCH_OP_CMP_REQUEUE, FUTEXWATCH_CAUSE_CALL);
	rec.head.type = FUTEXWATCH_REC_REQUEUE;
	rec.head.ret = -EAGAIN;
	rec.wake.address2 = 0x2000;
	CHECK(reads(&rec, "0x1000 1 -> 0                    EAGAIN"));
}

TEST(lock_of_a_dead_owner_that_nobody_saw_die)
{
	union futexwatch_record rec =
		wait_of(FUTEXWATCH_OUT_OWNER_DIED, FUTEXWATCH_CAUSE_NONE);

	CHECK(reads(&rec, "0x1000 =2                        1.2ms owner died"));
}
