#include "lab/explore/seats.h"

#include <thread>
#include <vector>

namespace golab::lab {

bool Seats::Take(const std::atomic<bool>& over) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return free_ > 0 || over.load(); });
  if (over.load()) return false;
  --free_;
  return true;
}

void Seats::Leave() {
  const std::lock_guard lock(mutex_);
  ++free_;
  changed_.notify_all();
}

void Seats::Wake() {
  const std::lock_guard lock(mutex_);  // nobody is between its look at `over` and its sleep
  changed_.notify_all();
}

void WorkTogether(int threads, Seats* seats, const std::function<void()>& work) {
  std::atomic<bool> over{false};
  std::vector<std::thread> others;
  for (int i = 1; i < threads; ++i) {
    others.emplace_back([&] {
      if (seats != nullptr && !seats->Take(over)) return;
      work();
      if (seats != nullptr) seats->Leave();
    });
  }
  work();
  over = true;
  if (seats != nullptr) seats->Wake();
  for (std::thread& other : others) other.join();
}

}  // namespace golab::lab
