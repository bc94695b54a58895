/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - model: the buffer of userlib/src/futexsync/buffer_classic.c */

/*
 * PRODUCERS put PUTS elements each; CONSUMERS get until they see the end; both in
 * one call as many as BULK. TIMED_PUTS and TIMED_GETS give all their calls a
 * deadline, which can end either wait, until the storm of them is over. The
 * buffer is closed when all elements have come out and all tokens are back, or
 * with CLOSED_EARLY at any moment: so a token lost leaves the closer waiting, an
 * invalid end state.
 *
 * The semaphores are as sem.pml has shown ours to be: who waits gets through
 * when there is a token, and what they do is one step. An element is copied in
 * two steps, so that two threads in the ring would show.
 */

#ifndef BULK
#define BULK 1
#endif
#ifndef TIMED_PUTS
#define TIMED_PUTS false
#endif
#ifndef TIMED_GETS
#define TIMED_GETS false
#endif

#define SHUTDOWN 99 /* -ESHUTDOWN */
#define TIMEDOUT 98 /* -ETIMEDOUT */
#define END 97 /* -ENODATA */
#define LEAST(a, b) ((a) < (b) -> (a) : (b))

#define ELEMENTS (PRODUCERS * PUTS) /* 1 + producer * PUTS + number */
#define EMPTY 0
#define TORN (ELEMENTS + 1)

#define SLOTS 0
#define ITEMS 1
#define MUTEX 2

byte value[3];
bool shut[3];
byte ring[CAPACITY];
byte head, tail; /* 0 to 2 * CAPACITY - 1 */
bool closed;
bool storm = true;

/* What the world has been told. */
byte put, gotten, finished;
bool seen[ELEMENTS + 1];
byte last[PRODUCERS];

#define PLACE(index) ring[(index) % CAPACITY]
#define USED ((head + 2 * CAPACITY - tail) % (2 * CAPACITY))
#define DONE (got <= CAPACITY)

/* Up to max tokens -> got */
inline fsem_wait_n(s, max, timed)
{
	atomic {
		if
		:: value[s] > 0 ->
			got = LEAST(max, value[s]);
			value[s] = value[s] - got
		:: value[s] == 0 && shut[s] -> got = SHUTDOWN
		:: value[s] == 0 && !shut[s] && timed && storm ->
			got = TIMEDOUT
		fi
	}
}

inline fsem_post_n(s, k)
{
	d_step {
		if
		:: !shut[s] -> value[s] = value[s] + k
		:: else
		fi;
		assert(value[s] <= CAPACITY)
	}
}

/* Keeps got. */
inline lock(timed)
{
	atomic {
		if
		:: value[MUTEX] > 0 -> value[MUTEX]--; locked = true
		:: value[MUTEX] == 0 && timed && storm -> locked = false
		fi
	}
}

inline unlock()
{
	locked = false;
	fsem_post_n(MUTEX, 1)
}

/* got elements from first on */
inline bb_ring_in()
{
	n = 0;
	do
	:: atomic {
		n < got ->
		assert(PLACE(head + n) == EMPTY);
		PLACE(head + n) = TORN
	   };
	   atomic { PLACE(head + n) = first + n; n++ }
	:: n == got -> break
	od;
	atomic { head = (head + got) % (2 * CAPACITY); n = 0 }
}

inline came_out(e)
{
	assert(e != EMPTY && e != TORN);
	assert(!seen[e]); /* once */
	seen[e] = true;
	assert(e > last[(e - 1) / PUTS]); /* in order */
	last[(e - 1) / PUTS] = e
}

inline bb_ring_out()
{
	n = 0;
	do
	:: atomic { n < got -> came_out(PLACE(tail + n)) };
	   atomic { PLACE(tail + n) = EMPTY; n++ }
	:: n == got -> break
	od;
	atomic { tail = (tail + got) % (2 * CAPACITY); n = 0 }
}

/* Put up to max -> got */
inline bb_put_n(max)
{
#ifdef MUTANT_buffer_mutex_order
	lock(TIMED_PUTS);
	fsem_wait_n(SLOTS, max, TIMED_PUTS);
#else
	fsem_wait_n(SLOTS, max, TIMED_PUTS);
#ifdef MUTANT_buffer_close_outside_mutex
	atomic {
		if
		:: DONE && closed -> got = SHUTDOWN
		:: else
		fi
	};
#endif
	if
#ifdef MUTANT_buffer_items_before_copy
	:: DONE -> fsem_post_n(ITEMS, got); lock(TIMED_PUTS)
#else
	:: DONE -> lock(TIMED_PUTS)
#endif
	:: else
	fi;
#endif
	if
	:: !DONE
	:: DONE && !locked ->
#ifndef MUTANT_buffer_timeout_drops_slot
		fsem_post_n(SLOTS, got);
#endif
		got = TIMEDOUT
#ifndef MUTANT_buffer_close_outside_mutex
	:: DONE && locked && closed -> /* (B) */
		unlock();
		fsem_post_n(SLOTS, got);
		got = SHUTDOWN
	:: DONE && locked && !closed ->
#else
	:: DONE && locked ->
#endif
#ifdef MUTANT_buffer_items_before_copy
		bb_ring_in();
		unlock()
#elif defined(MUTANT_buffer_copy_unlocked)
		unlock();
		bb_ring_in();
		fsem_post_n(ITEMS, got)
#else
		bb_ring_in();
		unlock();
		fsem_post_n(ITEMS, got)
#endif
	fi;
	if
	:: locked -> unlock()
	:: else
	fi
}

/* Get up to max -> got */
inline bb_get_n(max)
{
	fsem_wait_n(ITEMS, max, TIMED_GETS);
	if
	:: got == SHUTDOWN -> got = 0
	:: else
	fi;
	if
	:: DONE -> lock(TIMED_GETS)
	:: else
	fi;
	if
	:: !DONE
	:: DONE && !locked ->
#ifndef MUTANT_buffer_timeout_drops_item
		fsem_post_n(ITEMS, got);
#endif
		got = TIMEDOUT
	:: DONE && locked ->
#ifndef MUTANT_buffer_close_counts_tokens
		atomic { /* (C) */
			if
			:: closed -> got = LEAST(max, USED)
			:: else
			fi
		};
#endif
		bb_ring_out();
		unlock();
		if
		:: got == 0 -> got = END
		:: else -> fsem_post_n(SLOTS, got)
		fi
	fi
}

proctype producer(byte first)
{
	byte got = 0, n = 0, left = PUTS, want;
	bool locked = false;

	do
	:: left > 0 ->
		want = LEAST(BULK, left);
		bb_put_n(want);
		atomic {
			if
			:: DONE ->
				put = put + got;
				first = first + got;
				left = left - got
			:: got == TIMEDOUT
			:: got == SHUTDOWN -> break
			fi
		}
	:: left == 0 -> break
	od;
	finished++
}

proctype consumer()
{
	byte got = 0, n = 0;
	bool locked = false;

	do
	:: bb_get_n(BULK);
	   atomic {
		if
		:: DONE -> gotten = gotten + got
		:: got == TIMEDOUT
		:: got == END -> break
		fi
	   }
	od
}

proctype closer()
{
	bool locked;

#ifndef CLOSED_EARLY
	gotten == ELEMENTS && value[SLOTS] == CAPACITY;
#endif
#ifdef MUTANT_buffer_close_outside_mutex
	closed = true;
#else
	lock(false);
	closed = true; /* (A) */
	unlock();
#endif
	shut[SLOTS] = true;
	shut[ITEMS] = true
}

init {
	byte i = 0;

	atomic {
		value[SLOTS] = CAPACITY;
		value[MUTEX] = 1;
		do
		:: i < PRODUCERS -> run producer(1 + i * PUTS); i++
		:: else -> break
		od;
		i = 0;
		do
		:: i < CONSUMERS -> run consumer(); i++
		:: else -> break
		od;
		run closer();
		i = 0
	}
	storm = false;
	_nr_pr == 1;
	assert(finished == PRODUCERS);
	assert(gotten == put); /* none is lost */
	assert(value[MUTEX] == 1 && head == tail)
}
