/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - bench: other names for a second build of the bounded buffer */
#ifndef BENCH_LIB_BUFFER_RENAME_H
#define BENCH_LIB_BUFFER_RENAME_H

#define bb_attach	   padded_attach
#define bb_capacity	   padded_capacity
#define bb_classic_close   padded_classic_close
#define bb_classic_destroy padded_classic_destroy
#define bb_classic_get	   padded_classic_get
#define bb_classic_put	   padded_classic_put
#define bb_close	   padded_close
#define bb_count	   padded_count
#define bb_destroy	   padded_destroy
#define bb_elem_size	   padded_elem_size
#define bb_get		   padded_get
#define bb_get_n	   padded_get_n
#define bb_get_n_until64   padded_get_n_until64
#define bb_get_until64	   padded_get_until64
#define bb_init		   padded_init
#define bb_init_with	   padded_init_with
#define bb_put		   padded_put
#define bb_put_n	   padded_put_n
#define bb_put_n_until64   padded_put_n_until64
#define bb_put_until64	   padded_put_until64
#define bb_ring_in	   padded_ring_in
#define bb_ring_out	   padded_ring_out
#define bb_robust_close	   padded_robust_close
#define bb_robust_destroy  padded_robust_destroy
#define bb_robust_get	   padded_robust_get
#define bb_robust_put	   padded_robust_put
#define bb_size_needed	   padded_size_needed
#define bb_try_get	   padded_try_get
#define bb_try_get_n	   padded_try_get_n
#define bb_try_put	   padded_try_put
#define bb_try_put_n	   padded_try_put_n

#endif /* BENCH_LIB_BUFFER_RENAME_H */
