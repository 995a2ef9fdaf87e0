// Work for several processors: goroutines that compute, and meet in channels, selects and locks.

#include <golab/golab.h>

#include <cstdint>

#include "verify.h"

using namespace golab;

namespace {

constexpr int kWorkers = 6;
constexpr int kJobs = 400;

/// Some ten microseconds of work.
std::uint64_t Compute(std::uint64_t x) {
  for (int i = 0; i < 2000; ++i) x = x * 6364136223846793005ULL + 1442695040888963407ULL;
  return x | 1;
}

/// Work long enough that another processor takes who waits behind it. (Goroutines that talk to each
/// other, as in the pool, are left together.)
void Crowd() {
  sync::WaitGroup crowd;
  for (int w = 0; w < kWorkers; ++w) {
    crowd.Add(1);
    go([&, w] {
      for (int i = 0; i < 100; ++i) VERIFY(Compute(static_cast<std::uint64_t>(w + i)) != 0);
      crowd.Done();
    });
  }
  crowd.Wait();
}

void Pool() {
  auto jobs = MakeChan<int>();
  auto results = MakeChan<int>(4);
  auto stop = MakeChan<bool>();
  sync::WaitGroup workers;
  sync::Mutex mutex;
  int done = 0;  // guarded by mutex
  for (int w = 0; w < kWorkers; ++w) {
    workers.Add(1);
    go([&, jobs, results, stop] {
      for (bool more = true; more;) {
        int job = 0;
        switch (Select(Recv(jobs, job), Recv(stop))) {
          case 0:
            VERIFY(Compute(static_cast<std::uint64_t>(job)) != 0);
            mutex.Lock();
            ++done;
            mutex.Unlock();
            results.Send(job);
            break;
          default:
            more = false;
        }
      }
      workers.Done();
    });
  }
  go([jobs] {
    for (int i = 1; i <= kJobs; ++i) jobs.Send(i);
  });
  int sum = 0;
  for (int i = 0; i < kJobs; ++i) sum += results.Recv();
  stop.Close();
  workers.Wait();
  VERIFY(sum == kJobs * (kJobs + 1) / 2);
  VERIFY(done == kJobs);
}

}  // namespace

GOLAB_MAIN() {
  Crowd();
  for (int i = 0; i < 3; ++i) Pool();
}
