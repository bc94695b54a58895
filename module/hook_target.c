// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - functions of the kernel that are hooked, and where they are. */

#include <linux/kprobes.h>

#include "hook_target.h"

/* A kprobe that is never armed knows where its function is. */
void fxw_hook_targets_find(struct fxw_hook_target *list, size_t nr)
{
	static struct kprobe kps[FXW_HOOK_TARGETS];
	struct kprobe *found[FXW_HOOK_TARGETS];
	size_t i, n = 0;

	for (i = 0; i < nr && i < FXW_HOOK_TARGETS; i++) {
		kps[i] = (struct kprobe){ .symbol_name = list[i].name,
					  .flags = KPROBE_FLAG_DISABLED };
		if (register_kprobe(&kps[i]))
			continue;
		list[i].at = (unsigned long)kps[i].addr;
		found[n++] = &kps[i];
	}
	unregister_kprobes(found, n);
}
