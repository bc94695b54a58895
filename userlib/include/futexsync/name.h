/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futexsync - names for locks, for those who look at a program from outside */
#ifndef FUTEXSYNC_NAME_H
#define FUTEXSYNC_NAME_H

/*
 *	static struct fmutex journal;
 *	FNAME_STATIC(journal, "journal");
 *
 *	q = malloc(sizeof(*q));
 *	fname_set(&q->jobs, sizeof(q->jobs), "queue 7: jobs");
 *	...
 *	fname_clear(q, sizeof(*q));
 *	free(q);
 *
 * Any object may have a name, whichever library locks it: a pthread_mutex_t
 * too. futexsync-names(1) shows the names that a running process has given.
 * No lock knows of its name or pays for it.
 */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** FNAME_MAX - bytes in the longest name, its terminating 0 included */
#define FNAME_MAX 64

/** FNAME_CAPACITY - how many names fname_set() can keep at a time */
#define FNAME_CAPACITY 4096

/**
 * fname_set() - name an object until fname_clear(), or name it anew
 * @object: where it begins; the object itself is not touched
 * @len: its size in bytes, 1 or more; the name is for all futex words in it
 * @name: 1 to FNAME_MAX - 1 bytes, without control characters; copied
 *
 * Objects may lie in one another, at the same address too: the name of the
 * smallest is shown. For an
 * object in memory that processes share the name holds in each that maps it
 * and belongs to the same user, as long as this process lives and maps it.
 *
 * A forked child begins with a copy of the names, for it has copies of the
 * objects; from then on neither sees what the other sets or clears.
 *
 * Takes a lock of its own and searches all names: for set-up and tear-down.
 * Thread-safe; not async-signal-safe.
 *
 * Return: 0; -EINVAL: an argument is NULL, empty or out of range, or @name has
 * control characters; -ENAMETOOLONG; -ENOSPC: there are FNAME_CAPACITY names;
 * and as memfd_create(2), mmap(2) and pthread_atfork(3) when the first name
 * finds no memory.
 */
int fname_set(const void *object, size_t len, const char *name);

/**
 * fname_clear() - forget the names of what begins in @len bytes at @object
 *
 * To be called before the memory is given to another use. fsem_destroy(),
 * fmutex_destroy(), fcond_destroy() and bb_destroy() do it for their object.
 * Thread-safe; not async-signal-safe.
 *
 * Return: how many names went; -EINVAL: @object is NULL or @len out of range.
 */
int fname_clear(const void *object, size_t len);

/**
 * fname_get() - the name that fname_set() gave to what lies at an address
 * @address: of an object or of a byte in it
 * @name: set to the name of the smallest object there
 *
 * Takes no lock. Async-signal-safe; a name that is being set or cleared
 * meanwhile may be missed. Static names are only seen from outside.
 *
 * Return: 0; -ENOENT: there is none; -EINVAL: NULL.
 */
int fname_get(const void *address, char name[FNAME_MAX]);

/*
 * Internal: where static names lie in the ELF file. Where the compiler lets
 * through what follows the section's name, the section is one that is never
 * loaded: it costs no memory, and the linker writes the final addresses, as
 * in debug information. Elsewhere it is loaded, with a relocation per name.
 */
#if defined(__GNUC__) && !defined(__clang__) && \
	(defined(__x86_64__) || defined(__i386__))
#define FNAME_SECTION ".note.futexsync,\"\",%note #"
#else
#define FNAME_SECTION ".note.futexsync"
#endif

/* Internal: a mere const might get its address at run time in C++. */
#ifdef __cplusplus
#define FNAME_CONST constexpr
#else
#define FNAME_CONST const
#endif

/** FNAME_NOTE - the type of the ELF notes, whose owner is "futexsync" */
#define FNAME_NOTE 1

/**
 * FNAME_STATIC() - name a variable at no cost at run time
 * @object: the variable or a part of it: anything with a constant address,
 *	defined in the same program or shared library
 * @text: a string literal of 1 to FNAME_MAX - 1 bytes
 *
 * Stands where declarations do, in a function too, and ends with a semicolon.
 * It leaves an ELF note: the address, the size and the name. The linker keeps
 * a variable that has a name, used or not; strip(1) keeps the note.
 */
#define FNAME_STATIC(object, text) FNAME_STATIC_(object, text, __COUNTER__)

/* Internal: lets __COUNTER__ become a number. */
#define FNAME_STATIC_(object, text, number) FNAME_STATIC__(object, text, number)

#define FNAME_STATIC__(object, text, number)                                \
	static FNAME_CONST struct {                                         \
		uint32_t owner_len;                                         \
		uint32_t len;                                               \
		uint32_t type;                                              \
		char owner[12];                                             \
		const volatile void *address;                               \
		uintptr_t size;                                             \
		char name[sizeof("" text) > 1 && sizeof(text) <= FNAME_MAX  \
				  ? (int)((sizeof(text) + 3) / 4 * 4)       \
				  : -1];                                    \
	} __attribute__((__packed__)) fname_static_##number __attribute__(( \
		__used__, __aligned__(4), __section__(FNAME_SECTION))) = {  \
		10,	    sizeof(fname_static_##number) - 24,             \
		FNAME_NOTE, "futexsync",                                    \
		&(object),  sizeof(object),                                 \
		text                                                        \
	}

#ifdef __cplusplus
}
#endif

#endif /* FUTEXSYNC_NAME_H */
