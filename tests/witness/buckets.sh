#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - witness: bpftrace walks the kernel's own buckets beside ours
. tests/witness/tap.sh

program=$build/tests/bucket_sleepers

# What tells an index without our formula: the kernel's pointer to its table,
# or, where the compiler has left none, the alignment of a table in memory; and
# the table of the process.
if grep -q ' __futex_data$' /proc/kallsyms; then
	global='(arg1 - *(uint64 *)kaddr("__futex_data")) / 64'
	own=0
else
	global="(arg1 & (\$size * 64 - 1)) / 64"
	own='(uint64)((struct task_struct *)curtask)->mm->futex.phash.hash'
fi

# walker SIZE: prints `walk PHASE GLOBAL OWN` for the bucket of a word that is
# waited on, and `node TID` for each that sleeps in its bucket, in their order.
# The list lies behind the count and the lock; its nodes behind a priority and
# a list of their own.
walker() {
	cat <<-END
		kprobe:__futex_queue /comm == "bucket_sleepers" && !@seen/ {
			@seen = 1;
			printf("it is here\n");
		}
		kprobe:__futex_queue /comm == "walk_1" || comm == "walk_2"/ {
			\$size = (uint64)$1;
			\$own = $own;
			\$hb = (struct futex_hash_bucket *)arg1;
			\$in_own = \$own != 0 && arg1 > \$own &&
				arg1 - \$own < (uint64)65536;
			printf("walk %s %lu %lu\n", comm, $global,
			       \$in_own ? (arg1 - \$own) / 64 : 0);
			\$node = (uint64)\$hb->chain.node_list.next;
			\$i = 0;
			while (\$node != arg1 + 8 && \$i < 40) {
				printf("node %d\n",
				       ((struct futex_q *)(\$node - 24))->task->pid);
				\$node = (uint64)((struct list_head *)\$node)->next;
				\$i++;
			}
		}
	END
}

size_of_table() {
	"$build/futexwatch" info --format csv |
		sed -n 's/^bucket_global_size,//p'
}

start_walker() {
	walker "$(size_of_table)" >"$work/walk.bt"
	bpftrace -B none "$work/walk.bt" >"$work/walked" 2>"$work/said_bt" &
	walker_pid=$!
	until grep -q 'it is here' "$work/walked"; do
		if ! kill -0 "$walker_pid"; then
			cat "$work/said_bt"
			return 1
		fi
		"$program" canary || return
		sleep 0.2
	done
}

run_program() {
	"$program" >"$work/slept"
}

not() {
	! "$@"
}

stop_walker() {
	kill -INT "$walker_pid"
	wait "$walker_pid"
	walker_pid=
}

lost() {
	grep -h '^Lost' "$work/walked" "$work/said_bt"
}

agree() {
	awk -f $here/buckets.awk "$work/slept" "$work/walked"
}

if ! command -v bpftrace >/dev/null; then
	skip "bpftrace walks the buckets" "there is no bpftrace"
	done_testing
	exit
fi
check "bpftrace sees waiters being queued" start_walker
check "threads sleep in buckets that they share" run_program
stop_walker
check "bpftrace lost nothing" not lost
check "each bucket, its waiters and their order are the kernel's" agree
done_testing
