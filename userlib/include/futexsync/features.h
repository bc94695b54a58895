/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - what the running kernel can do with futexes */
#ifndef FUTEXSYNC_FEATURES_H
#define FUTEXSYNC_FEATURES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* futex(2): "since" is where Linux has it from, not what is tested. */
#define FUTEXSYNC_HAS_WAIT	    (1ULL << 0) /* wait, wait_for, wake */
#define FUTEXSYNC_HAS_REQUEUE	    (1ULL << 1) /* requeue, cmp_requeue */
#define FUTEXSYNC_HAS_WAKE_OP	    (1ULL << 2) /* since 2.6.14 */
#define FUTEXSYNC_HAS_BITSET	    (1ULL << 3) /* wait_bitset, _until: 2.6.25 */
#define FUTEXSYNC_HAS_PI	    (1ULL << 4) /* lock_pi and so on: 2.6.18 */
#define FUTEXSYNC_HAS_LOCK_PI2	    (1ULL << 5) /* since 5.14 */
#define FUTEXSYNC_HAS_REQUEUE_PI    (1ULL << 6) /* since 2.6.31 */
#define FUTEXSYNC_HAS_ROBUST_LIST   (1ULL << 7) /* get_robust_list(2) */
#define FUTEXSYNC_HAS_ROBUST_UNLOCK (1ULL << 8) /* 7.3 has it, 6.18 has not */

/* futex2 */
#define FUTEXSYNC_HAS_WAITV    (1ULL << 16) /* since 5.16 */
#define FUTEXSYNC_HAS_WAKE2    (1ULL << 17) /* since 6.7 */
#define FUTEXSYNC_HAS_WAIT2    (1ULL << 18) /* since 6.7 */
#define FUTEXSYNC_HAS_REQUEUE2 (1ULL << 19) /* since 6.7 */
#define FUTEXSYNC_HAS_NUMA     (1ULL << 20) /* FUTEXSYNC2_NUMA: 6.16 */
#define FUTEXSYNC_HAS_MPOL     (1ULL << 21) /* FUTEXSYNC2_MPOL: 6.16 */
#define FUTEXSYNC_HAS_U8       (1ULL << 22) /* words of 8 bits: not in 7.3 */
#define FUTEXSYNC_HAS_U16      (1ULL << 23) /* words of 16 bits: not in 7.3 */
#define FUTEXSYNC_HAS_U64      (1ULL << 24) /* words of 64 bits: not in 7.3 */

/* prctl(2) */
#define FUTEXSYNC_HAS_HASH (1ULL << 32) /* PR_FUTEX_HASH: 6.16 */

/**
 * futexsync_features() - what the running kernel can do
 *
 * Found by trying each call, with arguments that have no effect, not by the
 * version of the kernel: distributions move features, and sandboxes forbid
 * calls. The first call tries; later ones return what it found.
 *
 * Any thread may call it at any time, signal handlers too.
 *
 * Return: FUTEXSYNC_HAS_* bits.
 */
uint64_t futexsync_features(void);

#ifdef __cplusplus
}
#endif

#endif /* FUTEXSYNC_FEATURES_H */
