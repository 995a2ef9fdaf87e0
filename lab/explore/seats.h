#pragma once
// Places for threads that are busy, shared by all that is judged at once, so that as many are busy
// in the end as at the beginning: who is through with a task leaves its place to those who are not.
//
// Thread safety: any thread may call anything.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>

namespace golab::lab {

class Seats {
 public:
  explicit Seats(int free) : free_(free) {}

  /// Waits for a place; false: `over` became true first.
  bool Take(const std::atomic<bool>& over);
  void Leave();
  /// Makes those look who wait for a place: `over` has become true.
  void Wake();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int free_;  // guarded by mutex_
};

/// Does `work` on this thread, and on up to `threads` - 1 others at once, each as soon as it has a
/// place (null: at once). Work that is done when it is called returns immediately.
void WorkTogether(int threads, Seats* seats, const std::function<void()>& work);

}  // namespace golab::lab
