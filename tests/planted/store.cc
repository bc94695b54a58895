// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted: a slow holder of a std::mutex on the heap, in C++ */

#include <condition_variable>
#include <mutex>

#include "planted.h"

#define TURNS 40

namespace app
{

class Store
{
      public:
	template <class Key> void get(Key key);
	void evict();
	void wait_filled();
	void fill();

      private:
	void fetch();
	std::mutex lock;
	std::mutex turn;
	std::condition_variable filled;
	long entries = 0;
};

static Store *store;
static volatile bool over;

/* Inlined, so that the line is in it and the frame is not. */
inline void Store::fetch()
{
	std::lock_guard<std::mutex> guard(lock); /* here: fetch */
	entries++;
}

template <class Key> FRAME void Store::get(Key key)
{
	fetch(); /* here: get */
	entries += static_cast<long>(key);
}

FRAME void Store::evict()
{
	std::lock_guard<std::mutex> guard(lock);
	usleep(4000);
	entries--;
}

FRAME void Store::wait_filled()
{
	std::unique_lock<std::mutex> guard(turn);
	filled.wait(guard); /* here: wait */
}

FRAME void Store::fill()
{
	std::lock_guard<std::mutex> guard(turn);
	filled.notify_all();
}

} // namespace app

using app::over;
using app::store;

static void evictor()
{
	for (int i = 0; i < TURNS; i++) {
		store->evict();
		store->fill();
		usleep(500);
	}
	over = true;
}

static void reader()
{
	while (!over) {
		store->get(1L);
		usleep(100);
	}
}

static void waiter()
{
	store->wait_filled();
}

int main()
{
	pthread_t threads[4];

	planted_begin();
	store = new app::Store;
	threads[0] = planted_thread("waiter", waiter);
	threads[1] = planted_thread("evictor", evictor);
	threads[2] = planted_thread("reader", reader);
	threads[3] = planted_thread("reader", reader);
	for (pthread_t thread : threads) {
		if (thread == threads[0])
			continue;
		must(pthread_join(thread, nullptr));
	}
	_exit(0);
}
