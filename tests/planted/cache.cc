// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted fault: two std::mutex on the heap, with inlined guards */

#include <condition_variable>
#include <mutex>
#include <thread>

#include "planted.h"

namespace app
{

class Cache
{
      public:
	template <class Key> void get(Key key, Cache &other);
	void idle();

      private:
	void evict(Cache &other);
	std::mutex lock;
	std::condition_variable filled;
	int entries = 0;
};

static pthread_barrier_t both_hold_one;

FRAME void Cache::evict(Cache &other)
{
	std::lock_guard<std::mutex> guard(other.lock); /* here: evict */
	other.entries--;
}

template <class Key> FRAME void Cache::get(Key key, Cache &other)
{
	std::unique_lock<std::mutex> guard(lock);
	pthread_barrier_wait(&both_hold_one);
	evict(other); /* here: get */
	entries += static_cast<int>(key);
}

FRAME void Cache::idle()
{
	std::unique_lock<std::mutex> guard(lock);
	filled.wait(guard, [this] { return entries > 1; }); /* here: idle */
}

} // namespace app

int main()
{
	app::Cache *left = new app::Cache, *right = new app::Cache;
	app::Cache *empty = new app::Cache;

	planted_begin();
	must(pthread_barrier_init(&app::both_hold_one, nullptr, 2));
	std::thread one([=] { left->get(1L, *right); });
	std::thread two([=] { right->get(2, *left); });
	std::thread three([=] { empty->idle(); });
	one.join();
	return 0;
}
