// Profiles of many parked goroutines: how long they take, and how long another goroutine waits
// meanwhile. No part of ./dev bench; prints a line a form. PARKED=N: another number than 100,000.

#include <golab/golab.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

using namespace golab;

namespace {

Chan<int> never = MakeChan<int>();

void Fourth() {
  never.Recv();
  asm volatile("");
}

void Third() {
  Fourth();
  asm volatile("");
}

void Second() {
  Third();
  asm volatile("");
}

void First() {
  Second();
  asm volatile("");
}

struct Counter {
  std::size_t bytes = 0;

  void Write(const char*, std::size_t size) { bytes += size; }
};

/// The longest time between two turns of a goroutine that sleeps for 50 us, or that gives way.
class Watch {
 public:
  explicit Watch(bool sleeps) {
    go([this, sleeps] {
      time::Time last = time::Now();
      while (stop_.Load() == 0) {
        if (sleeps)
          time::Sleep(50 * time::Microsecond);
        else
          runtime::Gosched();
        const time::Time now = time::Now();
        longest_ = std::max(longest_, now.Sub(last).Microseconds());
        last = now;
      }
      done_.Close();
    });
  }

  std::int64_t Stop() {
    stop_.Store(1);
    done_.RecvOk();
    return longest_;
  }

 private:
  atomic::Int32 stop_;
  std::int64_t longest_ = 0;
  Chan<int> done_ = MakeChan<int>();
};

}  // namespace

GOLAB_MAIN() {
  const char* wanted = std::getenv("PARKED");
  const int n = wanted != nullptr ? std::atoi(wanted) : 100000;
  for (int i = 0; i < n; ++i) go(First);
  time::Sleep(200 * time::Millisecond);
  Counter warm;
  pprof::Lookup("goroutine").WriteTo(&warm, 1);
  for (int sleeps = 0; sleeps < 2; ++sleeps) {
    {
      Watch watch(sleeps);
      time::Sleep(50 * time::Millisecond);
      std::printf("%s idle: longest gap %lld us\n", sleeps ? "sleeper" : "spinner",
                  static_cast<long long>(watch.Stop()));
    }
    for (int debug = 0; debug <= 2; ++debug) {
      for (int round = 0; round < 3; ++round) {
        Watch watch(sleeps);
        time::Sleep(5 * time::Millisecond);
        Counter out;
        const time::Time began = time::Now();
        pprof::Lookup("goroutine").WriteTo(&out, debug);
        const auto took = time::Since(began).Microseconds();
        std::printf("%s debug=%d: %lld us, %zu bytes, longest gap %lld us\n",
                    sleeps ? "sleeper" : "spinner", debug, static_cast<long long>(took), out.bytes,
                    static_cast<long long>(watch.Stop()));
      }
    }
  }
}
