// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted: nothing; threads at what C++20 builds on atomics */

#include <atomic>
#include <barrier>
#include <latch>
#include <semaphore>
#include <thread>

#include "planted.h"

static std::atomic<int> ready{ 0 };
static std::counting_semaphore<10> slots{ 0 };
static std::latch done{ 1 };
static std::barrier<> meeting{ 2 };

FRAME static void wait_ready()
{
	ready.wait(0); /* here: atomic */
	STAY;
}

FRAME static void take_slot()
{
	slots.acquire(); /* here: semaphore */
	STAY;
}

FRAME static void wait_done()
{
	done.wait(); /* here: latch */
	STAY;
}

FRAME static void meet()
{
	meeting.arrive_and_wait(); /* here: barrier */
	STAY;
}

int main()
{
	planted_begin();
	std::thread one(wait_ready), two(take_slot);
	std::thread three(wait_done), four(meet);
	one.join();
	return 0;
}
