// Everything that goroutines can do to each other, on all Ps at once, for as long as asked: each
// part checks that nothing was lost or done twice. A lost wake-up shows as a deadlock report or as
// a hang.
//
// Environment: STRESS_ROUNDS (default 20), STRESS_SEED, STRESS_PART (only this one).

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "golab/golab.h"

#include "runtime/base/delay.h"
#include "runtime/sched/procs.h"
#include "runtime/tests/stress.h"

namespace {

using namespace golab;  // NOLINT(google-build-using-namespace): a program
using tests::Check;
using tests::FromEnvironment;
using tests::Random;
using Int = std::int64_t;

void Busy(Random& random) {
  const std::uint32_t n = random.Below(200);
  for (std::uint32_t i = 0; i < n; ++i) asm volatile("");
}

/// Producers and consumers over one channel: each value arrives once.
void Channels(std::uint64_t seed, std::size_t capacity) {
  constexpr Int kEach = 2000;
  constexpr int kPairs = 6;
  Chan<Int> c = MakeChan<Int>(capacity);
  atomic::Int64 sum;
  sync::WaitGroup producers;
  sync::WaitGroup consumers;
  for (int i = 0; i < kPairs; ++i) {
    producers.Add(1);
    consumers.Add(1);
    go([&, i] {
      Random random(seed + static_cast<std::uint64_t>(i));
      for (Int k = 1; k <= kEach; ++k) {
        if (random.Below(16) == 0) Busy(random);
        c.Send(k);
      }
      producers.Done();
    });
    go([&] {
      for (Int v : c) sum.Add(v);
      consumers.Done();
    });
  }
  producers.Wait();
  c.Close();
  consumers.Wait();
  Check(sum.Load() == kPairs * kEach * (kEach + 1) / 2, "a value was lost or came twice");
}

/// Everyone selects over sends and receives on the same channels.
void Selects(std::uint64_t seed) {
  constexpr Int kEach = 1500;
  constexpr int kGoroutines = 8;
  Chan<Int> a = MakeChan<Int>();
  Chan<Int> b = MakeChan<Int>(1);
  Chan<Int> d = MakeChan<Int>(3);
  Chan<bool> done = MakeChan<bool>();
  atomic::Int64 sent;
  atomic::Int64 received;
  sync::WaitGroup senders;
  sync::WaitGroup receivers;
  for (int i = 0; i < kGoroutines; ++i) {
    senders.Add(1);
    receivers.Add(1);
    go([&, i] {
      Random random(seed * 31 + static_cast<std::uint64_t>(i));
      for (Int k = 1; k <= kEach; ++k) {
        Select(Send(a, k), Send(b, k), Send(d, k));
        sent.Add(k);
        if (random.Below(32) == 0) runtime::Gosched();
      }
      senders.Done();
    });
    go([&] {
      for (bool more = true; more;) {
        Int v = 0;
        switch (Select(Recv(a, v), Recv(b, v), Recv(d, v), Recv(done))) {
          case 3:
            more = false;
            break;
          default:
            received.Add(v);
        }
      }
      receivers.Done();
    });
  }
  senders.Wait();
  done.Close();
  receivers.Wait();
  Int rest = 0;
  for (Chan<Int>* c : {&b, &d}) {
    while (c->Len() > 0) rest += c->Recv();
  }
  Check(sent.Load() == received.Load() + rest, "select lost a value");
}

/// Locks exclude: a counter that is no atomic comes out right.
void Locks(std::uint64_t seed) {
  constexpr int kEach = 3000;
  constexpr int kGoroutines = 8;
  sync::Mutex mutex;
  sync::RWMutex rw;
  Int by_mutex = 0;
  Int by_rw = 0;
  sync::WaitGroup wg;
  for (int i = 0; i < kGoroutines; ++i) {
    wg.Add(1);
    go([&, i] {
      Random random(seed * 17 + static_cast<std::uint64_t>(i));
      for (int k = 0; k < kEach; ++k) {
        mutex.Lock();
        ++by_mutex;
        if (random.Below(64) == 0) runtime::Gosched();
        mutex.Unlock();
        if (random.Below(4) == 0) {
          rw.Lock();
          ++by_rw;
          rw.Unlock();
        } else {
          rw.RLock();
          Check(by_rw >= 0, "read under a read lock");
          rw.RUnlock();
        }
      }
      wg.Done();
    });
  }
  wg.Wait();
  Check(by_mutex == Int{kEach} * kGoroutines, "Mutex let two in");
}

/// A bounded buffer by Mutex and Cond.
void Conditions(std::uint64_t /*seed*/) {
  constexpr Int kEach = 1500;
  constexpr int kPairs = 4;
  constexpr Int kRoom = 3;
  sync::Mutex mutex;
  sync::Cond changed = sync::NewCond(&mutex);
  Int inside = 0;
  Int taken = 0;
  sync::WaitGroup wg;
  for (int i = 0; i < kPairs; ++i) {
    wg.Add(2);
    go([&] {
      for (Int k = 0; k < kEach; ++k) {
        mutex.Lock();
        while (inside == kRoom) changed.Wait();
        ++inside;
        changed.Broadcast();
        mutex.Unlock();
      }
      wg.Done();
    });
    go([&] {
      for (Int k = 0; k < kEach; ++k) {
        mutex.Lock();
        while (inside == 0) changed.Wait();
        --inside;
        ++taken;
        changed.Broadcast();
        mutex.Unlock();
      }
      wg.Done();
    });
  }
  wg.Wait();
  Check(taken == kEach * kPairs && inside == 0, "a signal was lost");
}

/// Trees of goroutines: each is run once.
void Tree(Chan<Int> up, int depth) {
  if (depth == 0) return up.Send(1);
  Chan<Int> sums = MakeChan<Int>();
  for (int i = 0; i < 4; ++i) go([=] { Tree(sums, depth - 1); });
  Int sum = 0;
  for (int i = 0; i < 4; ++i) sum += sums.Recv();
  up.Send(sum);
}

void Trees(std::uint64_t /*seed*/) {
#if defined(__SANITIZE_THREAD__)
  constexpr int kDepth = 5;  // TSan ends a process with some 6,000 live goroutines
#else
  constexpr int kDepth = 6;
#endif
  Chan<Int> up = MakeChan<Int>();
  go([=] { Tree(up, kDepth); });
  Check(up.Recv() == Int{1} << 2 * kDepth, "a goroutine was lost or ran twice");
}

/// Sleeps, timers that are stopped and reset by many, tickers.
void Timers(std::uint64_t seed) {
  constexpr int kGoroutines = 40;
  sync::WaitGroup wg;
  // Stop does not wait for a function that has begun: it may outlive this frame.
  const auto fired = std::make_shared<atomic::Int64>();
  atomic::Int64 armed;
  time::Timer shared = time::AfterFunc(time::Hour, [fired] { fired->Add(1); });
  time::Timer channel = time::NewTimer(time::Hour);
  for (int i = 0; i < kGoroutines; ++i) {
    wg.Add(1);
    go([&, i] {
      Random random(seed * 13 + static_cast<std::uint64_t>(i));
      for (int k = 0; k < 20; ++k) {
        switch (random.Below(5)) {
          case 0:
            time::Sleep(time::Microsecond * static_cast<Int>(random.Below(300)));
            break;
          case 1:
            shared.Reset(time::Microsecond * static_cast<Int>(random.Below(200)));
            armed.Add(1);
            break;
          case 2: {
            Select(Recv(time::After(time::Microsecond * static_cast<Int>(random.Below(200)))),
                   Recv(channel.C));
            break;
          }
          case 3:
            channel.Reset(time::Microsecond * static_cast<Int>(random.Below(200)));
            break;
          default: {
            time::Ticker ticker = time::NewTicker(time::Microsecond * 50);
            ticker.C.Recv();
            ticker.Stop();
          }
        }
      }
      wg.Done();
    });
  }
  wg.Wait();
  shared.Stop();
  Check(fired->Load() <= armed.Load(), "a timer fired more often than it was armed");
}

/// Calls that block their threads, beside goroutines that compute and talk.
void Calls(std::uint64_t seed) {
  constexpr int kPairs = 4;
  sync::WaitGroup wg;
  atomic::Int64 bytes;
  for (int i = 0; i < kPairs; ++i) {
    int ends[2];
    Check(pipe(ends) == 0, "pipe");
    wg.Add(2);
    go([&, read_end = ends[0]] {
      char buffer[8];
      for (;;) {
        const ssize_t n = syscall::Blocking([&] { return read(read_end, buffer, sizeof buffer); });
        if (n <= 0) break;
        bytes.Add(n);
      }
      close(read_end);
      wg.Done();
    });
    go([&, write_end = ends[1], i] {
      Random random(seed * 7 + static_cast<std::uint64_t>(i));
      for (int k = 0; k < 100; ++k) {
        syscall::Blocking([&] { return write(write_end, "x", 1); });
        if (random.Below(3) == 0) runtime::Gosched();
        if (random.Below(10) == 0) time::Sleep(time::Microsecond * 20);
      }
      close(write_end);
      wg.Done();
    });
  }
  wg.Wait();
  Check(bytes.Load() == kPairs * 100, "a byte was lost");
}

/// Goroutines bound to threads of their own, some of which end with them.
void Threads(std::uint64_t seed) {
  constexpr int kGoroutines = 6;
  sync::WaitGroup wg;
  Chan<Int> ring = MakeChan<Int>();
  for (int i = 0; i < kGoroutines; ++i) {
    wg.Add(1);
    go([&, i] {
      runtime::LockOSThread();
      const pid_t thread = gettid();
      Random random(seed * 3 + static_cast<std::uint64_t>(i));
      for (int k = 0; k < 60; ++k) {
        if (random.Below(2) == 0) {
          Select(Send(ring, Int{1}), Recv(time::After(time::Microsecond * 30)));
        } else {
          Select(Recv(ring), Recv(time::After(time::Microsecond * 30)));
        }
        Check(gettid() == thread, "a locked goroutine changed its thread");
      }
      if (i % 2 == 0) runtime::UnlockOSThread();
      wg.Done();
    });
  }
  wg.Wait();
}

/// The number of processors changes, stacks are read, while others run.
void Changes(std::uint64_t seed) {
  atomic::Bool stop;
  sync::WaitGroup wg;
  Chan<Int> c = MakeChan<Int>(2);
  for (int i = 0; i < 4; ++i) {
    wg.Add(2);
    go([&] {
      while (!stop.Load()) c.Send(1);
      wg.Done();
    });
    go([&] {
      for (Int v : c) Check(v == 1, "value");
      wg.Done();
    });
  }
  Random random(seed);
  const int before = runtime::GOMAXPROCS(0);
  for (int k = 0; k < 8; ++k) {
    runtime::GOMAXPROCS(1 + static_cast<int>(random.Below(4)));
    const String all = runtime::Stack(true);
    Check(all.size() > 200, "stacks");
    time::Sleep(time::Microsecond * 200);
  }
  runtime::GOMAXPROCS(before);
  stop.Store(true);
  while (runtime::NumGoroutine() > 5) runtime::Gosched();
  c.Close();
  wg.Wait();
}

/// Goroutines that were separated are brought together, again and again.
void Reunions(std::uint64_t seed) {
  const std::uint64_t before = rt::procs.reunions;
  const bool several = rt::kDelays && runtime::GOMAXPROCS(0) > 1;  // else thefts are rare
  Random random(seed);
  do {
    Chan<Int> c = MakeChan<Int>(2);
    sync::WaitGroup wg;
    Int sums[4] = {};
    for (int i = 0; i < 4; ++i) {
      wg.Add(2);
      go([&, every = 5 + random.Below(20)] {
        for (Int k = 0; k < 200; ++k) {
          c.Send(k);
          if (k % every == 0) rt::Want(rt::arch::ThisP(), rt::kWantTogether);
        }
        wg.Done();
      });
      go([&, i] {
        for (int k = 0; k < 200; ++k) sums[i] += c.Recv();
        wg.Done();
      });
    }
    wg.Wait();
    Check(sums[0] + sums[1] + sums[2] + sums[3] == Int{4} * 199 * 100, "sum after reunions");
  } while (several && __atomic_load_n(&rt::procs.reunions, __ATOMIC_RELAXED) == before);
}

struct Part {
  const char* name;
  void (*run)(std::uint64_t seed);
};

const Part kParts[] = {
    {"unbuffered", [](std::uint64_t seed) { Channels(seed, 0); }},
    {"buffered", [](std::uint64_t seed) { Channels(seed, 3); }},
    {"selects", &Selects},
    {"locks", &Locks},
    {"conditions", &Conditions},
    {"trees", &Trees},
    {"timers", &Timers},
    {"calls", &Calls},
    {"threads", &Threads},
    {"changes", &Changes},
    {"reunions", &Reunions},
};

}  // namespace

GOLAB_MAIN() {
  (void)runtime::Stack(false);  // names are made ready here, on a thread that does not end
  const std::uint64_t rounds = FromEnvironment("STRESS_ROUNDS", 20);
  const std::uint64_t seed = FromEnvironment("STRESS_SEED", 1);
  const char* only = std::getenv("STRESS_PART");
  for (std::uint64_t round = 0; round < rounds; ++round) {
    for (const Part& part : kParts) {
      if (only != nullptr && std::string_view(only) != part.name) continue;
      part.run(seed + round);
    }
  }
  const auto& procs = golab::rt::procs;
  std::printf("%llu rounds, %llu times a second M, %llu thefts\n",
              static_cast<unsigned long long>(rounds),
              static_cast<unsigned long long>(procs.activations),
              static_cast<unsigned long long>(procs.thefts));
  // Else nothing of it was put to the test.
  if (only == nullptr && runtime::GOMAXPROCS(0) > 1)
    Check(procs.activations > 0, "one M ran alone");
}
