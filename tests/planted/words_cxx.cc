// SPDX-License-Identifier: GPL-2.0-only
/* futexwatch - planted words: of C++, in namespaces, classes and bases */

#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "planted.h"

namespace app
{

struct Base {
	int users = 0;
	std::timed_mutex turn;
};

class Store : Base
{
      public:
	void wait();

      private:
	static std::timed_mutex journal;
	std::array<std::timed_mutex, 4> shards;
	std::condition_variable filled;
};

std::timed_mutex Store::journal;

static void wait_for(std::timed_mutex &mutex)
{
	mutex.lock();
	if (mutex.try_lock_for(std::chrono::milliseconds(2)))
		abort();
	mutex.unlock();
}

FRAME void Store::wait()
{
	std::mutex guard;
	std::unique_lock<std::mutex> held(guard);

	wait_for(turn);
	wait_for(journal);
	wait_for(shards[3]);
	filled.wait_for(held, std::chrono::milliseconds(2));
}

static Store store;

} // namespace app

int main()
{
	planted_begin();
	app::store.wait();
	return 0;
}
