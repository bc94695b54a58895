// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - which functions of io_uring are hooked. */

#include "io_hook.h"
#include "io_prep.h"
#include "io_wait.h"
#include "wait.h"

/* io_futex_prep(req, sqe) */
static void on_prep(void *req, void *sqe)
{
	fxw_io_prep(req, sqe);
}

/* io_futexv_prep(req, sqe) */
static void on_prep_vector(void *req, void *sqe)
{
	fxw_io_prep_vector(req, sqe);
}

/* io_futex_wait(req, flags) */
static void on_wait(void *req, void *unused)
{
	fxw_io_wait(req);
}

/* io_futexv_wait(req, flags) */
static void on_wait_vector(void *req, void *unused)
{
	fxw_io_wait_vector(req);
}

/* io_futex_wake(req, flags) */
static void on_wake(void *req, void *unused)
{
	fxw_io_wake(req);
}

/* io_futex_wake_fn(wake_q, q): in the waker, as futex_wake_mark. */
static void on_mark(void *unused, void *q)
{
	fxw_wait_marked(q);
}

/* io_futex_complete(req): the task work that ends a wait. */
static void on_complete(void *req, void *unused)
{
	fxw_io_complete(req);
}

/*
 * __io_submit_flush_completions(ctx): current is about to tell of requests it
 * is done with. io_wq_put_work(work), io_wq_free_work(work): a worker is done;
 * the first one, which older kernels have not, lets go of the request.
 */
static void on_done(void *unused, void *unused2)
{
	fxw_io_done();
}

/*
 * 7.3 prepares waits in a function of their own, which may have
 * io_futex_prep() inlined; where it calls it, the same is noted twice.
 */
struct fxw_hook_target fxw_io_targets[FXW_IO_TARGETS] = {
	{ .name = "io_futex_prep", .run = on_prep },
	{ .name = "io_futex_wait_prep", .run = on_prep, .optional = true },
	{ .name = "io_futexv_prep", .run = on_prep_vector },
	{ .name = "io_futex_wait", .run = on_wait },
	{ .name = "io_futexv_wait", .run = on_wait_vector },
	{ .name = "io_futex_wake", .run = on_wake },
	{ .name = "io_futex_wake_fn", .run = on_mark },
	{ .name = "io_futex_wakev_fn", .run = on_mark },
	{ .name = "io_futex_complete", .run = on_complete },
	{ .name = "io_futexv_complete", .run = on_complete },
	{ .name = "__io_submit_flush_completions", .run = on_done },
	{ .name = "io_wq_put_work", .run = on_done, .optional = true },
	{ .name = "io_wq_free_work", .run = on_done },
};
