// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - cli tests: wakes that find nobody, and when that is a finding */

#include "harness.h"

#include <futexwatch/client.h>

#include "detect.h"
#include "kind.h"
#include "model.h"

static struct model *model;

static void add_wake(uint64_t address, uint32_t tid, uint64_t at,
		     uint32_t woken)
{
	union futexwatch_record rec = {
		.wake = {
			.head = { .type = FUTEXWATCH_REC_WAKE,
				  .op = FUTEXWATCH_OP_WAKE,
				  .space = 7,
				  .address = address,
				  .time_ns = at,
				  .tid = tid,
				  .pid = 10,
				  .ret = (int32_t)woken },
			.asked = 1,
			.woken = woken,
		},
	};

	model_add_record(model, &rec);
}

static void add_wait(uint64_t address, uint32_t tid, uint64_t at,
		     uint32_t waker)
{
	union futexwatch_record rec = {
		.wait = {
			.head = { .type = FUTEXWATCH_REC_WAIT,
				  .op = FUTEXWATCH_OP_WAIT,
				  .flags = FUTEXWATCH_F_ASLEEP,
				  .space = 7,
				  .address = address,
				  .time_ns = at,
				  .tid = tid,
				  .pid = 10 },
			.outcome = FUTEXWATCH_OUT_WOKEN,
			.bucket = FUTEXWATCH_BUCKET_UNKNOWN,
			.waker_tid = waker,
			.wait_ns = 10,
			.asleep_ns = 10,
		},
	};

	model_add_record(model, &rec);
}

static bool is_found(uint64_t address)
{
	return detect(map_get(&model->by_word, 7, address), FINDING_EMPTY);
}

/* As sem_post() does while the one who waited has not run yet. */
TEST(wakes_that_come_too_soon_are_no_finding_but_those_for_nobody_are)
{
	model = model_new();
	for (uint64_t i = 1; i <= 50; i++) {
		add_wake(0x1000, 11, i * 1000, 1);
		add_wait(0x1000, 20, i * 1000, 11);
		for (uint32_t tid = 12; tid < 15; tid++) {
			add_wake(0x1000, tid, i * 1000 + tid, 0);
			add_wake(0x2000, tid, i * 1000 + tid, 0);
		}
	}
	add_wait(0x2000, 20, 100000, 11);
	CHECK(!is_found(0x1000));
	CHECK(is_found(0x2000));
	model_free(model);
}
